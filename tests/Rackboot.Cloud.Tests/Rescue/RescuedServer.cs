using Rackboot.Cloud.Tests.Simulators;

namespace Rackboot.Cloud.Tests.Rescue;

/// <summary>The server of a simulated provider whose rescue system is a real one: it starts when the provider starts the server into it,
/// and ends
/// when the server leaves it.</summary>
internal sealed class RescuedServer(RescueSystem system, Func<SimulatedServer> server) : IRescueShell
{
    private bool _runs;

    public Task<string> PublicKeyAsync(string name, CancellationToken cancel) => system.Shell().PublicKeyAsync(name, cancel);

    public void Forget(string name) => system.Shell().Forget(name);

    public async Task<string> RunAsync(string name, string user, string address, string script, CancellationToken cancel)
    {
        Assert.Equal(server().Address, address);
        await FollowAsync(name);
        return await system.Shell().RunAsync(name, user, "127.0.0.1", script, cancel);
    }

    public async Task FollowAsync(string name)
    {
        if (server().Rescue == _runs)
            return;
        _runs = server().Rescue;
        if (_runs)
            await system.StartAsync(await PublicKeyAsync(name, CancellationToken.None), newHostKey: true);
        else
            await system.StopAsync();
    }
}
