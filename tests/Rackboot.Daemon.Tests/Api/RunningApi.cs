using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Console;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Polling;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Console;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Consoles;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Management;
using Rackboot.Daemon.Mirror;
using Rackboot.Daemon.Power;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The management API on a socket of its own, over a store in a directory of its own.</summary>
internal sealed class RunningApi : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-api-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<IPart> _parts = [];
    private readonly StorePart _store;
    private readonly MachinesPart _machines;
    private readonly BootsPart _boots;
    private readonly BootPlanePart _bootPlane;
    private readonly PowerPart _power;
    private readonly ConsolesPart _consoles;
    private readonly ManagementPart _management;
    private Task _running = Task.CompletedTask;

    private RunningApi()
    {
        var (time, logs) = (TimeProvider.System, NullLoggerFactory.Instance);
        var configuration = Configuration();
        _store = Add(new StorePart(configuration, time, logs));
        Audit = Add(new AuditPart(configuration, _store, time));
        var authentication = Add(new AuthenticationPart(configuration, _store, time));
        var assets = Add(new AssetsPart(configuration, _store, time, logs));
        Assets = assets.Assets;
        _machines = Add(new MachinesPart(_store, time));
        _boots = Add(new BootsPart(configuration, _store, assets, _machines, time));
        _bootPlane = Add(new BootPlanePart(configuration, _store, assets, _machines, _boots, _parts, time, logs));
        Mirror = Add(new MirrorPart(configuration, _store, assets, _machines, time));
        var clouds = Add(new CloudsPart(configuration, _store, _machines, _boots, time));
        _power = Add(new PowerPart(
            configuration, _store, assets, _machines, _boots, clouds, time, contact => Bmcs.GetOrAdd(contact.Machine, _ => new FakeBmc())));
        _consoles = Add(new ConsolesPart(configuration, _store, _machines, _power, time, (_, _, _) => Task.FromResult<IConsoleLine>(Line)));
        _management = Add(new ManagementPart(
            configuration, _store, Audit, authentication, _machines, _boots, _bootPlane, clouds, _power, _parts,
            new Uptime(time), time, logs));
    }

    public AssetStore Assets { get; }
    public AuditPart Audit { get; }
    public MirrorPart Mirror { get; }
    public EventLog Events => _store.Events;
    public ConsoleDesk Consoles => _consoles.Desk;

    /// <summary>The console of every machine.</summary>
    public FakeLine Line { get; } = new();
    public CredentialVault Vault => _machines.Credentials;

    /// <summary>The BMC of each machine, by the machine's name.</summary>
    public ConcurrentDictionary<string, FakeBmc> Bmcs { get; } = new();
    public BootLog Boots => _boots.Log;
    public BootAddresses Own => _boots.Own;
    public Counters Counters => _bootPlane.Counters;
    public SensorWatch Sensors => _power.Sensors;
    public PowerDesk Power => _power.Desk;
    public Inventory Inventory => _machines.Inventory;
    public RackbootClient Client { get; private set; } = null!;

    /// <summary>What a GET of the path brings.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var response = await SendAsync(HttpMethod.Get, path);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    /// <summary>What the path answers, whatever that is.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null,
        HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        using var http = ApiSocket.Open(SocketPath);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await http.SendAsync(request, until);
    }

    /// <summary>The firmware files that lie in the daemon's directory.</summary>
    public IReadOnlyList<string> FirmwareFiles =>
        Directory.Exists(Path.Combine(_directory, "firmware")) ? Directory.GetFiles(Path.Combine(_directory, "firmware")) : [];

    public string SocketPath => Path.Combine(_directory, "api.sock");

    /// <summary>Serves the management plane; nothing listens on a boot network.</summary>
    /// <param name="more">Parts beside those of the appliance.</param>
    public static async Task<RunningApi> StartAsync(params IEnumerable<IPart> more)
    {
        var api = new RunningApi();
        api._parts.AddRange(more);
        api._running = ((IPart)api._management).RunAsync(api._stop.Token);
        await ((IPart)api._management).Ready;
        api.Client = RackbootClient.ForSocket(api.SocketPath);
        return api;
    }

    /// <summary>Waits until everything that was posted is on disk.</summary>
    public Task SettleAsync() => _store.Store.CommitAsync([Change.Delete(Table.Leases, "none")]);

    /// <summary>How the API refuses to store this JSON.</summary>
    public async Task<ApiException> RefusalAsync(string collection, string name, string json) =>
        await Assert.ThrowsAsync<ApiException>(() => Client.PutAsync(collection, name, json));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Consoles.DisposeAsync();
        await _stop.CancelAsync();
        await _running;
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private RackbootConfiguration Configuration()
    {
        var yaml = $$"""
            data: {{_directory}}
            boot: { interfaces: [lo], ipxe: {{_directory}} }
            management: { socket: {{SocketPath}} }
            power: { switch: 1s }
            subnets: [{ subnet: 10.20.0.0/24 }]
            """;
        return ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors)
            ? configuration
            : throw new InvalidOperationException(string.Join('\n', errors));
    }

    private TPart Add<TPart>(TPart part)
        where TPart : IPart
    {
        _parts.Add(part);
        return part;
    }
}
