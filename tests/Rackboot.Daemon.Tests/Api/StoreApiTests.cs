using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

public sealed class StoreApiTests
{
    [Fact]
    public async Task A_new_key_is_made_while_the_daemon_runs_and_told_by_its_number_alone()
    {
        await using var api = await RunningApi.StartAsync();
        await api.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "hunter2-hunter2" });
        var first = await api.Client.ChangeStoreKeyAsync();
        var second = await api.Client.ChangeStoreKeyAsync();
        Assert.Matches("^[0-9a-f]{16}$", first.Id);
        Assert.NotEqual(first.Id, second.Id);
        Assert.True(File.Exists(second.File));
        Assert.Equal("admin", Assert.Single(await api.Client.GetCredentialsAsync()).Username);
    }
}
