using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
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
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Console;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The management API on a socket of its own, over a store in a directory of its own.</summary>
internal sealed class RunningApi : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-api-").FullName;
    private readonly SqliteStore _store;
    private readonly PowerDesk _power;
    private readonly PowerOperations _operations;
    private readonly WebApplication _server;

    private RunningApi()
    {
        var time = TimeProvider.System;
        _store = SqliteStore.Open(Path.Combine(_directory, "rackboot.db"), NullLogger.Instance);
        Events = new EventLog(_store, time, NullLogger<EventLog>.Instance);
        Boots = new BootLog(_store, Events, time);
        Vault = new CredentialVault(_store, CredentialKey.Load(_directory, null, inUse: false), Events, time);
        Inventory = new Inventory(_store, Events, time, Vault);
        _power = new PowerDesk(Inventory, Vault, _store, Events, contact => Bmcs.GetOrAdd(contact.Machine, _ => new FakeBmc()), time) { Settings = new PowerSettings { Switch = TimeSpan.FromSeconds(1) } };
        _operations = new PowerOperations(_power, new PowerActions(_power, Events, Boots, Inventory.Provisioning), time);
        Consoles = new ConsoleDesk(Inventory, Events, (_, _, _) => Task.FromResult<IConsoleLine>(Line), Path.Combine(_directory, "console"), time);
        var addresses = new AddressBook(time);
        var assets = new AssetStore(_directory, _directory, _store, Events, time, NullLogger<AssetStore>.Instance);
        var networks = new ServedNetworks { Interfaces = [("eth0", IPNetwork.Parse("10.20.0.0/24"))], Subnets = [new DhcpSubnet { Network = IPNetwork.Parse("10.20.0.0/24"), Mode = SubnetMode.Dhcp }] };
        var trust = new TrustDesk(Inventory, addresses, networks, NSubstitute.Substitute.For<INeighbours>());
        var refusals = new ScriptRefusals(Events, time);
        var desk = new BootDesk(Inventory, assets, Boots, new ConfigDelivery(Inventory, Boots, addresses, trust, Events, time, () => TimeSpan.FromMinutes(2)), trust, refusals)
        {
            Settings = new BootSettings(new MachinePolicy(UnknownMachines.Discover, null, IdleMachines.Wait), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(2), 80, null),
        };
        var status = new ServerStatus { Version = "test", Started = time.GetUtcNow(), ReadySeconds = 1, Counters = new Dictionary<string, long> { ["dhcp.ack"] = 3, ["dhcp.dropped (no \"end\")"] = 1, ["http.scripts"] = 2 } };
        _server = new ManagementApi(Inventory, assets, Boots, desk, Events, addresses, networks, () => [], () => status,
            new CredentialApi(Vault, Inventory), new PowerApi(Inventory, _power, _operations), new TrustApi(Inventory, refusals),
            new BmcApi(Inventory, _power, new BmcProbe(time), new CredentialRotation(_power, Vault, Inventory, Events)),
            new MetricsApi(Inventory, Boots, _power, Sensors = new SensorWatch(_power, Events), () => [], () => status, time), new ConsoleApi(Inventory, Consoles, time), time, NullLoggerFactory.Instance).Build(Socket);
    }

    public EventLog Events { get; }
    public ConsoleDesk Consoles { get; }

    /// <summary>The console of every machine.</summary>
    public FakeLine Line { get; } = new();
    public CredentialVault Vault { get; }

    /// <summary>The BMC of each machine, by the machine's name.</summary>
    public ConcurrentDictionary<string, FakeBmc> Bmcs { get; } = new();
    public BootLog Boots { get; }
    public SensorWatch Sensors { get; }
    public PowerDesk Power => _power;
    public Inventory Inventory { get; }
    public RackbootClient Client { get; private set; } = null!;

    /// <summary>What a GET of the path brings.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
                await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(Socket), cancel);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        });
        return await http.GetStringAsync($"http://rackboot{path}");
    }

    public string Socket => Path.Combine(_directory, "api.sock");

    public static async Task<RunningApi> StartAsync()
    {
        var api = new RunningApi();
        await api._server.StartAsync();
        api.Client = RackbootClient.ForSocket(api.Socket);
        return api;
    }

    /// <summary>How the API refuses to store this JSON.</summary>
    public async Task<ApiException> RefusalAsync(string collection, string name, string json) =>
        await Assert.ThrowsAsync<ApiException>(() => Client.PutAsync(collection, name, json));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Consoles.DisposeAsync();
        await _server.DisposeAsync();
        await _operations.DisposeAsync();
        await _power.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
