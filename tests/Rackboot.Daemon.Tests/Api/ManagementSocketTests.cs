namespace Rackboot.Daemon.Tests.Api;

public class ManagementSocketTests
{
    [Fact]
    public async Task Only_its_owner_and_group_can_connect()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(appliance.Socket));
    }
}
