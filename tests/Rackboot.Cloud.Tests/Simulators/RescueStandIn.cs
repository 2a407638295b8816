namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>The rescue systems of simulated servers: a script begins to write the first time, and is done the third.</summary>
internal sealed class RescueStandIn(Func<string, bool> isInRescue) : IRescueShell
{
    private readonly Dictionary<string, int> _runs = [];

    /// <summary>Names of servers on whose disks something was written.</summary>
    public List<string> Written { get; } = [];

    public Task<string> PublicKeyAsync(string name, CancellationToken cancel) => Task.FromResult($"ssh-ed25519 AAAAC3Nz {name}");

    public void Forget(string name) => _runs.Remove(name);

    public Task<string> RunAsync(string name, string user, string address, string script, CancellationToken cancel)
    {
        if (!isInRescue(address))
            throw new CloudException(CloudFailure.NoAnswer, $"{address} cannot be reached");
        _runs[name] = _runs.GetValueOrDefault(name) + 1;
        if (_runs[name] < 3)
            return Task.FromResult(_runs[name] == 1 ? "rackboot: begun\n" : "rackboot: running\n");
        Written.Add(name);
        return Task.FromResult("rackboot: done\n");
    }
}
