using Rackboot.Daemon.Api;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.Backups;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Clusters;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Consoles;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Management;
using Rackboot.Daemon.Mirror;
using Rackboot.Daemon.Power;
using Rackboot.Daemon.Routers;
using Rackboot.Daemon.Store;
using Rackboot.Daemon.Traces;

namespace Rackboot.Daemon;

/// <summary>The appliance: a list of parts, each using those before it.</summary>
public sealed class Appliance : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LocksWithin = TimeSpan.FromSeconds(20);

    private readonly RackbootConfiguration _configuration;
    private readonly ILogger _log;
    private readonly List<IPart> _parts = [];
    private readonly StorePart _store;
    private readonly BootsPart _boots;
    private readonly Uptime _uptime;

    /// <summary>Opens the store and creates every part; serves nothing yet.</summary>
    public Appliance(RackbootConfiguration configuration, ILoggerFactory logs, TimeProvider time)
    {
        (_configuration, _log, _uptime) = (configuration, logs.CreateLogger("rackbootd"), new Uptime(time));

        _store = Add(new StorePart(configuration, time, logs));
        var audit = Add(new AuditPart(configuration, _store, time));
        var authentication = Add(new AuthenticationPart(configuration, _store, time));
        Add(new BackupsPart(configuration, _store, time));
        var assets = Add(new AssetsPart(configuration, _store, time, logs));
        var machines = Add(new MachinesPart(_store, time));
        var boots = _boots = Add(new BootsPart(configuration, _store, assets, machines, time));
        Add(new TracesPart(configuration, _store, machines, boots, time));
        var bootPlane = Add(new BootPlanePart(configuration, _store, assets, machines, boots, _parts, time, logs));
        Add(new RoutersPart(configuration, _store, bootPlane, time));
        var mirror = Add(new MirrorPart(configuration, _store, assets, machines, time));
        var clouds = Add(new CloudsPart(configuration, _store, machines, boots, time));
        Add(new ClustersPart(configuration, _store, assets, mirror, machines, boots, clouds, bootPlane, time, logs));
        var power = Add(new PowerPart(configuration, _store, assets, machines, boots, clouds, time));
        Add(new ConsolesPart(configuration, _store, machines, power, time));
        Add(new ManagementPart(
            configuration, _store, audit, authentication, machines, boots, bootPlane, clouds, power, _parts, _uptime, time, logs));
    }

    /// <summary>In the order of data flow.</summary>
    internal IReadOnlyList<IPart> Parts => _parts;

    /// <summary>Serves until cancelled, then finishes running work.</summary>
    /// <param name="onReady">Called once everything listens.</param>
    public async Task RunAsync(Action onReady, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var ended = Together.RunAsync(stop.Token, _parts.Select<IPart, Func<CancellationToken, Task>>(part => part.RunAsync));
        try
        {
            await (await Task.WhenAny(Task.WhenAll(_parts.Select(part => part.Ready)), ended));
            if (cancel.IsCancellationRequested)
                return;
            _uptime.Served();
            _log.LogInformation("Serving {Subnets} on {Interfaces}; ready after {Seconds:0.00} s",
                string.Join(", ", _configuration.Subnets.Select(s => $"{s.Network} ({s.Mode.ToString().ToLowerInvariant()})")),
                string.Join(", ", _configuration.Interfaces), _uptime.ReadySeconds);
            onReady();
            await ended;
        }
        finally
        {
            await stop.CancelAsync();
            await ended.WaitAsync(StopWithin, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Applies those changes of the configuration that need no restart.</summary>
    /// <returns>The changed settings that need a restart.</returns>
    public IReadOnlyList<string> Reload(RackbootConfiguration changed) => [.. _parts.SelectMany(part => part.Reload(changed))];

    /// <summary><see cref="Problems"/> changed.</summary>
    public event Action? ProblemsChanged
    {
        add
        {
            _store.ProblemsChanged += value;
            _boots.Own.ProblemsChanged += value;
        }

        remove
        {
            _store.ProblemsChanged -= value;
            _boots.Own.ProblemsChanged -= value;
        }
    }

    /// <summary>Problems of the daemon itself, in sentences.</summary>
    public IReadOnlyList<string> Problems => [.. _parts.SelectMany(part => part.Problems)];

    /// <summary>Whether the locks that answers need are still available: measuring a part takes them. A fault of the store is
    /// reported as a problem instead, because no restart repairs it.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            await Task.Run(() => _parts.ForEach(part => part.Measure(new MetricsText()))).WaitAsync(LocksWithin);
            return true;
        }
        catch (TimeoutException)
        {
            _log.LogCritical(
                "A lock has been held for {Seconds} s; without a watchdog signal systemd restarts this process", LocksWithin.TotalSeconds);
            return false;
        }
    }

    /// <summary>Disposes the parts, the last one first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    private TPart Add<TPart>(TPart part)
        where TPart : IPart
    {
        _parts.Add(part);
        return part;
    }
}
