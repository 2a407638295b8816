using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Drivers;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Configuration;
using Rackboot.Dhcp;
using Rackboot.Talos;
using Rackboot.Tftp;

namespace Rackboot.Daemon;

/// <summary>The appliance put together: the store, what lives in memory, and the servers around it.</summary>
public sealed class Appliance : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(10);

    private readonly RackbootConfiguration _configuration;
    private readonly ILogger _log;
    private readonly SqliteStore _store;
    private readonly EventLog _events;
    private readonly BootLog _boots;
    private readonly BootDesk _desk;
    private readonly ServedNetworks _networks;
    private readonly NeighbourTable _neighbours = new();
    private readonly ProvisioningBook _provisioning;
    private readonly Inventory _inventory;
    private readonly Counters _counters = new();
    private readonly DhcpServer _dhcp;
    private readonly TftpServer _tftp;
    private readonly List<KernelLogReceiver> _logReceivers;
    private readonly BootAddresses _addresses;
    private readonly WebApplication _bootPlane;
    private readonly WebApplication _management;
    private readonly PowerDrivers _drivers;
    private readonly PowerDesk _power;
    private readonly PowerOperations _operations;
    private readonly CardWitness _witness;
    private readonly PowerPoller _poller;
    private readonly PowerPoller _sensorPoller;
    private readonly ConsoleDesk _consoles;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;
    private double _readySeconds;

    /// <summary>Opens the store and builds everything; nothing is served yet.</summary>
    public Appliance(RackbootConfiguration configuration, ILoggerFactory logs, TimeProvider time)
    {
        _configuration = configuration;
        _log = logs.CreateLogger("rackbootd");
        _time = time;
        _started = time.GetUtcNow();
        CreatePrivateDirectory(configuration.Data);
        _store = SqliteStore.Open(Path.Combine(configuration.Data, "rackboot.db"), logs.CreateLogger<SqliteStore>());
        _events = new EventLog(_store, time, logs.CreateLogger<EventLog>());
        _boots = new BootLog(_store, _events, time);
        var key = CredentialKey.Load(configuration.Data, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), inUse: _store.Load(Table.Credentials).Count > 0);
        var credentials = new CredentialVault(_store, key, _events, time);
        var inventory = new Inventory(_store, _events, time, credentials);
        var assets = new AssetStore(configuration.Data, configuration.IpxeDirectory, _store, _events, time, logs.CreateLogger<AssetStore>());
        var addresses = new AddressBook(time);
        inventory.Gone += _boots.Inherit;
        inventory.Gone += addresses.Inherit;
        addresses.Owner = inventory.OwnerOf;
        (_inventory, _provisioning) = (inventory, inventory.Provisioning);
        foreach (var boot in _boots.All())
            if (boot.ConfigDelivered is { } delivered && inventory.Fleet[boot.Machine] is { Accepted: true })
                _provisioning.Remember(boot.Machine, delivered);
        _addresses = new BootAddresses(configuration.Interfaces, _events);
        _networks = new ServedNetworks { Interfaces = [.. _addresses.Served.Select(a => (a.Device, a.Network))], Subnets = configuration.Subnets };
        var trust = new TrustDesk(inventory, addresses, _networks, _neighbours);
        var refusals = new ScriptRefusals(_events, time);
        var configs = new ConfigDelivery(inventory, _boots, addresses, trust, _events, time, () => _desk!.Settings.ConfigGrace);
        _desk = new BootDesk(inventory, assets, _boots, configs, trust, refusals) { Settings = Settings(configuration) };
        ArmFor(configuration);

        _drivers = new PowerDrivers(time);
        _power = new PowerDesk(inventory, credentials, _store, _events, _drivers.Connect, time) { Settings = configuration.Power };
        _operations = new PowerOperations(_power, new PowerActions(_power, _events, _boots, _provisioning), time);
        _poller = new PowerPoller(_power, settings => settings.Interval, _power.PollAsync, time);
        _witness = new CardWitness(inventory, _power, time);
        var sensors = new SensorWatch(_power, _events);
        inventory.Gone += (gone, _) => sensors.Forget(gone);
        _sensorPoller = new PowerPoller(_power, settings => settings.Sensors, sensors.PollAsync, time);
        _consoles = new ConsoleDesk(inventory, _events, new ConsoleSources(_power, _drivers).OpenAsync, Path.Combine(configuration.Data, "console"), time) { Settings = configuration.Console };

        var dhcpBoot = new DhcpBoot(inventory, _desk, _boots, addresses, _events, _counters);
        _dhcp = new DhcpServer(
            new DhcpServerOptions
            {
                Interfaces = configuration.Interfaces,
                Subnets = configuration.Subnets,
                ConflictProbe = configuration.Probe,
                ProbeTimeout = configuration.ProbeTimeout,
                Quarantine = configuration.Quarantine,
            },
            dhcpBoot, new StoredLeases(_store), dhcpBoot, time);
        var tftpBoot = new TftpBoot(inventory, _desk, assets, _boots, addresses, _counters);
        _tftp = new TftpServer(
            new TftpServerOptions { Interfaces = configuration.Interfaces, Port = configuration.TftpPort, SinglePort = configuration.TftpSinglePort },
            tftpBoot, tftpBoot, time);
        var listenOn = _addresses.Served;
        var reports = new TalosReports(inventory, _boots, addresses);
        _logReceivers = configuration.LogPort == 0
            ? []
            : [.. listenOn.Select(on => new KernelLogReceiver(new IPEndPoint(on.Address, configuration.LogPort), (source, message) =>
            {
                if (trust.IsServed(source, on.Device))
                    reports.Received(source, message);
            }, (_, reason) => _counters.Add($"logs.dropped ({reason})"), on.Device))];
        _bootPlane = new BootPlaneServer(_desk, assets, _boots, inventory, addresses, configs, _counters, time, logs).Build(listenOn, configuration.HttpPort);
        _management = new ManagementApi(inventory, assets, _boots, _desk, _events, addresses, _networks, () => _dhcp.Leases, Status,
            new CredentialApi(credentials, inventory), new PowerApi(inventory, _power, _operations), new TrustApi(inventory, refusals),
            new BmcApi(inventory, _power, new BmcProbe(time), new CredentialRotation(_power, credentials, inventory, _events)),
            new MetricsApi(inventory, _boots, _power, sensors, () => _dhcp.Leases, Status, time), new ConsoleApi(inventory, _consoles, time), time, logs).Build(configuration.Socket);
    }

    /// <summary>Serves until cancelled, then finishes what is under way.</summary>
    /// <param name="onReady">Is called once everything listens.</param>
    public async Task RunAsync(Action onReady, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var servers = new List<Task> { _dhcp.RunAsync(stop.Token), _tftp.RunAsync(stop.Token), WatchBootsAsync(stop.Token), _poller.RunAsync(stop.Token), _sensorPoller.RunAsync(stop.Token), _consoles.RunAsync(stop.Token), _witness.RunAsync(stop.Token) };
        servers.AddRange(_logReceivers.Select(receiver => receiver.RunAsync(stop.Token)));
        try
        {
            await StartManagementAsync();
            await _bootPlane.StartAsync(cancel);
            await Task.WhenAll([_dhcp.Ready, _tftp.Ready, .. _logReceivers.Select(r => r.Ready)]);
            _readySeconds = (_time.GetLocalNow() - System.Diagnostics.Process.GetCurrentProcess().StartTime).TotalSeconds;
            _log.LogInformation("Serving {Subnets} on {Interfaces}; ready after {Seconds:0.00} s",
                string.Join(", ", _configuration.Subnets.Select(s => $"{s.Network} ({s.Mode.ToString().ToLowerInvariant()})")), string.Join(", ", _configuration.Interfaces), _readySeconds);
            onReady();
            await (await Task.WhenAny(servers));
        }
        finally
        {
            await stop.CancelAsync();
            await _consoles.DisposeAsync();
            await _bootPlane.StopAsync(new CancellationTokenSource(StopWithin).Token);
            await _management.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
            await Task.WhenAll(servers).WaitAsync(StopWithin, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes over what a changed configuration can change while running.</summary>
    /// <returns>What it cannot change: those settings need a restart.</returns>
    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _networks.Subnets = changed.Subnets;
        _dhcp.Reconfigure(changed.Subnets);
        _power.Settings = changed.Power;
        ArmFor(changed);
        _consoles.Settings = changed.Console;
        _desk.Settings = Settings(changed) with { HttpPort = _configuration.HttpPort, LogPort = Settings(_configuration).LogPort };
        var fixedSettings = new (string Name, bool Changed)[]
        {
            ("data", changed.Data != _configuration.Data),
            ("boot.interfaces", !changed.Interfaces.SequenceEqual(_configuration.Interfaces)),
            ("boot.http", changed.HttpPort != _configuration.HttpPort),
            ("boot.tftp", (changed.TftpPort, changed.TftpSinglePort) != (_configuration.TftpPort, _configuration.TftpSinglePort)),
            ("boot.logs", changed.LogPort != _configuration.LogPort),
            ("boot.ipxe", changed.IpxeDirectory != _configuration.IpxeDirectory),
            ("management.socket", changed.Socket != _configuration.Socket),
            ("dhcp", (changed.Probe, changed.ProbeTimeout, changed.Quarantine) != (_configuration.Probe, _configuration.ProbeTimeout, _configuration.Quarantine)),
        };
        return [.. fixedSettings.Where(s => s.Changed).Select(s => s.Name)];
    }

    /// <summary>Whether the store still takes a write, which everything else needs.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            await _store.CommitAsync([Change.Delete(Table.Events, "alive")]).WaitAsync(TimeSpan.FromSeconds(5));
            return true;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _log.LogError("The store does not write: {Reason}", e.Message);
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _addresses.Dispose();
        _neighbours.Dispose();
        await _bootPlane.DisposeAsync();
        await _management.DisposeAsync();
        await _consoles.DisposeAsync();
        await _operations.DisposeAsync();
        await _power.DisposeAsync();
        _drivers.Dispose();
        await _store.DisposeAsync();
        File.Delete(_configuration.Socket);
    }

    // The socket is the only guard of the management plane: nobody but its owner and group gets in, from its first moment on.
    private async Task StartManagementAsync()
    {
        var socket = _configuration.Socket;
        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        if (File.Exists(socket))
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(socket));
                throw new IOException($"another rackbootd serves {socket}; stop it first, or give this one another management.socket");
            }
            catch (SocketException)
            {
                File.Delete(socket);
            }
        }

        var umask = LinuxCalls.Umask(0x3f); // 077
        try
        {
            await _management.StartAsync();
        }
        finally
        {
            _ = LinuxCalls.Umask(umask);
        }
    }

    private async Task WatchBootsAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5));
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                _boots.MarkStalled();
                _provisioning.Sweep(id => _inventory.Fleet[id]?.Name);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private ServerStatus Status() => new()
    {
        Version = typeof(Appliance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
        Started = _started,
        ReadySeconds = Math.Round(_readySeconds, 3),
        Counters = _counters.Snapshot(),
    };

    private void ArmFor(RackbootConfiguration configuration) => (_provisioning.Limit, _provisioning.Grace) = (configuration.ArmFor, configuration.ConfigGrace);

    private static BootSettings Settings(RackbootConfiguration configuration) =>
        new(configuration.Machines, configuration.Poll, configuration.ConfigGrace, configuration.HttpPort, configuration.LogPort == 0 ? null : configuration.LogPort);

    private static void CreatePrivateDirectory(string path) =>
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
