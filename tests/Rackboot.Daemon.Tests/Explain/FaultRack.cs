using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Management;
using Rackboot.Daemon.Power;
using Rackboot.Daemon.Store;
using Rackboot.Dhcp;
using Rackboot.Dhcp.Tests;
using Rackboot.Tests.Shared;
using Rackboot.Tftp;
using Machine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>The appliance with imitated firmware before it: DHCP packets go to the engine, TFTP and HTTP over sockets of the loopback
/// network, and the
/// management API is asked over its own.</summary>
internal sealed class FaultRack : IAsyncDisposable, INeighbours
{
    public const string Subnet = "subnets: [{ subnet: 127.20.0.0/24, range: 127.20.0.100-127.20.0.199 }]";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-fault-").FullName;
    private readonly string _settings;
    private readonly ConcurrentDictionary<IPAddress, MacAddress> _neighbours = new();
    private readonly List<IPart> _parts = [];
    private readonly bool _realBmcs;
    private bool _hasty;
    private CancellationTokenSource _stop = new();
    private DhcpEngine _engine = null!;
    private StorePart _store = null!;
    private AssetsPart _assets = null!;
    private ManagementPart _management = null!;
    private BootPlanePart _plane = null!;
    private Task _running = Task.CompletedTask;
    private RackbootConfiguration _configuration = null!;
    private uint _xid;
    private byte[] _sent = [];

    private FaultRack(string settings, bool realBmcs) => (_settings, _realBmcs) = (settings, realBmcs);

    public FaultClock Clock { get; } = new();
    public MachinesPart Machines { get; private set; } = null!;
    public BootsPart Boots { get; private set; } = null!;
    public PowerPart Power { get; private set; } = null!;
    public RackbootClient Client { get; private set; } = null!;

    /// <summary>Hosts that use an address without a lease, and the card that answers for each.</summary>
    public Dictionary<string, string> Squatters { get; } = [];

    public ConcurrentDictionary<string, Api.FakeBmc> Bmcs { get; } = new();

    /// <param name="realBmcs">BMCs are reached over the network.</param>
    /// <param name="hasty">TFTP gives clients up soon.</param>
    public static async Task<FaultRack> StartAsync(string settings = Subnet, bool realBmcs = false, bool hasty = false)
    {
        var rack = new FaultRack(settings, realBmcs) { _hasty = hasty };
        await rack.OpenAsync();
        return rack;
    }

    MacAddress? INeighbours.At(IPAddress address, string device) => _neighbours.TryGetValue(address, out var mac) ? mac : null;

    public async Task RestartAsync()
    {
        await CloseAsync();
        await OpenAsync();
    }

    public async Task<Machine> DescribeAsync(string name, string mac, string more = "")
    {
        await Client.PutAsync(ApiPaths.Machines, name, $$"""{"name":"{{name}}","macs":["{{mac}}"]{{more}}}""");
        return Machines.Inventory.Fleet.Named(name)!;
    }

    /// <summary>A profile with its boot files, and iPXE for every firmware.</summary>
    public async Task ProfileAsync(string name = "default", string more = "", int kernelBytes = 400_000)
    {
        await Client.PutAsync(ApiPaths.Profiles, name, $$"""{"name":"{{name}}","talos":{"version":"v1.14.0","arch":"amd64"}{{more}}}""");
        await IpxeAsync();
        await ImportAsync("talos/v1.14.0/amd64/kernel", kernelBytes);
        await ImportAsync("talos/v1.14.0/amd64/initramfs", 800_000);
    }

    public async Task IpxeAsync()
    {
        await ImportAsync("ipxe/amd64/snponly.efi", 200_000);
        await ImportAsync("ipxe/bios/undionly.kpxe", 70_000);
    }

    public async Task ImportAsync(string name, int bytes)
    {
        if (_assets.Assets.Find(name) is null)
            Assert.Null((await _assets.Assets.ImportAsync(
                name, new MemoryStream(new byte[bytes]), "alice", CancellationToken.None)).Refusal);
    }

    public string FileOf(string asset) => _assets.Assets.Find(asset)!.File;

    /// <summary>What a person reads.</summary>
    public async Task<Explanation> ExplainAsync(string who) => await Client.ExplainAsync(who);

    /// <summary>A message of imitated firmware.</summary>
    /// <param name="relay">Through this relay.</param>
    /// <param name="proxy">To port 4011.</param>
    /// <returns>The address and the boot file of the answer; null if there is none.</returns>
    public (DhcpMessageType Type, string Address, string? BootFile)? Send(ClientPacket packet, string? relay = null, bool proxy = false)
    {
        packet.Field(4, BitConverter.GetBytes(++_xid));
        if (relay is not null)
            packet.Relayed(relay);
        return Arrives(_sent = packet.Build(), proxy);
    }

    /// <summary>What was sent last arrives again.</summary>
    public void ArrivesAgain() => Arrives(_sent, proxy: false);

    private (DhcpMessageType Type, string Address, string? BootFile)? Arrives(byte[] bytes, bool proxy)
    {
        var from = new Ingress("lo", [(IPAddress.Parse("127.20.0.1"), IPNetwork.Parse("127.20.0.0/24"))],
            new IPEndPoint(IPAddress.Any, 68), proxy);
        for (var probes = 0; probes < 4; probes++)
        {
            var outcome = _engine.Handle(bytes, from);
            if (outcome.Probe is { } probe)
            {
                if (!Squatters.TryGetValue($"{probe}", out var by))
                    _engine.ProbeSilent(probe);
                else if (_engine.ProbeAnswered(probe, by).Commit is { } quarantine)
                    _plane.DhcpBoot.LeaseChanged(quarantine);
                continue;
            }

            if (outcome.Ended is { } ended)
                _plane.DhcpBoot.LeaseChanged(ended);
            if (outcome.Commit is { } lease)
            {
                _plane.DhcpBoot.LeaseChanged(lease);
                if (lease.State == LeaseState.Bound && MacAddress.TryParse(lease.HardwareAddress, out var card))
                    _neighbours[lease.Address] = card;
            }

            if (outcome.Reply is not { } reply)
                return null;
            _plane.DhcpBoot.Answered(reply.Client, reply.Type, reply.Address, reply.BootFile);
            return (reply.Type, $"{reply.Address}", reply.BootFile);
        }

        return null;
    }

    /// <summary>PXE firmware gets its address.</summary>
    public string Firmware(string mac, ClientArchitecture architecture = ClientArchitecture.X64Uefi) =>
        Lease(() => With(mac, p => p.Pxe(architecture)));

    /// <summary>iPXE gets its address.</summary>
    public string Ipxe(string mac) => Lease(() =>
        With(mac, p => p.With(DhcpOption.UserClass, "iPXE").With(DhcpOption.VendorClass, "PXEClient:Arch:00007:UNDI:003010")
        .With(DhcpOption.ClientArchitecture, 0, 7)));

    /// <summary>The operating system gets its address.</summary>
    public string System(string mac) => Lease(() =>
        With(mac, p => p.ClientId([1, .. Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal))])));

    /// <summary>Firmware asks, and takes nothing.</summary>
    public void Discover(string mac, ClientArchitecture architecture = ClientArchitecture.X64Uefi, string? relay = null) =>
        Send(new ClientPacket(DhcpMessageType.Discover, mac).Pxe(architecture), relay);

    public static Func<DhcpMessageType, ClientPacket> With(string mac, Func<ClientPacket, ClientPacket> options) => type =>
        options(new ClientPacket(type, mac));

    public string Lease(Func<Func<DhcpMessageType, ClientPacket>> client)
    {
        var packet = client();
        var offer = Send(packet(DhcpMessageType.Discover));
        Assert.NotNull(offer);
        var ack = Send(packet(DhcpMessageType.Request).Requesting(offer.Value.Address).From("127.20.0.1"));
        Assert.Equal(DhcpMessageType.Ack, ack!.Value.Type);
        return ack.Value.Address;
    }

    /// <summary>The boot until iPXE has its script.</summary>
    public async Task<string> ToScriptAsync(string mac)
    {
        var address = await ToIpxeAsync(mac);
        await ScriptAsync(mac, address);
        return address;
    }

    public async Task<string> ToIpxeAsync(string mac)
    {
        var address = Firmware(mac);
        await TftpAsync(address, "ipxe/amd64/snponly.efi");
        Clock.Pass(1);
        return Ipxe(mac);
    }

    public async Task<string> ScriptAsync(string mac, string address)
    {
        Clock.Pass(1);
        return await GetAsync(address, $"/ipxe?mac={mac}&uuid=&serial=&platform=efi&buildarch=x86_64");
    }

    /// <summary>The boot until the system asks for its address.</summary>
    public async Task<string> ToSystemAsync(string mac)
    {
        var address = await ToScriptAsync(mac);
        await KernelAsync(address);
        Clock.Pass(5);
        return System(mac);
    }

    public async Task KernelAsync(string address)
    {
        foreach (var file in (string[])["kernel", "initramfs"])
        {
            await GetAsync(address, $"/assets/talos/v1.14.0/amd64/{file}");
            await UntilAsync(() => Boots.Log.Newest(most: 1)[0].Files.GetValueOrDefault(file)?.IsWhole is true);
        }
    }

    /// <summary>Fetches with HTTP from a machine's address.</summary>
    public async Task<string> GetAsync(string from, string path, string method = "GET")
    {
        using var client = await ConnectAsync(from);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: 127.20.0.1\r\nConnection: close\r\n\r\n"));
        using var all = new MemoryStream();
        await stream.CopyToAsync(all).WaitAsync(Patience);
        return Encoding.Latin1.GetString(all.ToArray());
    }

    public async Task<TcpClient> ConnectAsync(string from)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { ReceiveBufferSize = 16 * 1024 };
        await client.ConnectAsync(IPAddress.Loopback, HttpPort);
        return client;
    }

    public int HttpPort { get; private set; }

    public IPEndPoint TftpServer { get; private set; } = null!;

    /// <summary>Fetches a whole file by TFTP.</summary>
    /// <param name="blocks">Acknowledges only so many blocks; null is all.</param>
    public async Task TftpAsync(string from, string file, int? blocks = null, int blockBytes = 1428)
    {
        await TftpPeer.ReadAsync(TftpServer, from, file, blocks, blockBytes).WaitAsync(Patience);
        if (blocks is null)
            await UntilAsync(() => Boots.Log.Newest(most: 1) is [var boot] && boot.Files.GetValueOrDefault(file)?.IsWhole is true);
    }

    /// <summary>A line of the machine's kernel log, as Talos sends it.</summary>
    public void Say(string from, string line, string level = "warn")
    {
        var quoted = global::System.Text.Json.JsonSerializer.Serialize(line);
        var json =
            Encoding.UTF8.GetBytes(
            $$"""{"clock":1,"facility":"user","msg":{{quoted}},"priority":"warning","seq":1,"talos-level":"{{level}}"}""");
        Assert.True(Rackboot.Talos.KernelLogMessage.TryParse(json, out var message, out var error), error);
        _plane.Reports.Received(IPAddress.Parse(from), [message]);
    }

    /// <summary>What runs every five seconds.</summary>
    public void Tick()
    {
        Boots.Clock.Look();
        Boots.Log.MarkStalled();
    }

    public async Task PowerAsync(string machine, Contracts.PowerAction action, Contracts.BootTarget? boot = null)
    {
        var operation = await Client.PowerAsync(machine, new Contracts.PowerRequest { Action = action, Boot = boot });
        await foreach (var _ in Client.FollowAsync(operation.Id))
        {
            // until its end
        }
    }

    public Task UntilAsync(Func<bool> condition) => Wait.UntilAsync(condition, "the rack has got there", instead: () =>
        Task.FromResult(string.Join(
            '\n', Boots.Log.Newest().SelectMany(b => Boots.Log.Timeline(b.Id)).Select(e => $"{e.Source} {e.Text}"))));

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task OpenAsync()
    {
        _stop = new CancellationTokenSource();
        var logs = NullLoggerFactory.Instance;
        var socket = Path.Combine(_directory, "api.sock");
        var yaml = $$"""
            data: {{_directory}}
            boot: { interfaces: [lo], ipxe: {{_directory}} }
            management: { socket: {{socket}} }
            power: { switch: 1s }
            {{_settings}}
            """;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors), string.Join('\n', errors));
        _configuration = configuration;
        _store = Add(new StorePart(configuration, Clock, logs));
        var audit = Add(new AuditPart(configuration, _store, Clock));
        var authentication = Add(new AuthenticationPart(configuration, _store, Clock));
        _assets = Add(new AssetsPart(configuration, _store, Clock, logs));
        Machines = Add(new MachinesPart(_store, Clock));
        Boots = Add(new BootsPart(configuration, _store, _assets, Machines, Clock, this));
        _plane = Add(new BootPlanePart(configuration, _store, _assets, Machines, Boots, _parts, Clock, logs));
        var clouds = Add(new CloudsPart(configuration, _store, Machines, Boots, Clock));
        Power = Add(new PowerPart(configuration, _store, _assets, Machines, Boots, clouds, Clock,
            _realBmcs ? null : contact => Bmcs.GetOrAdd(contact.Machine, _ => new Api.FakeBmc())));
        _management = Add(new ManagementPart(
            configuration, _store, audit, authentication, Machines, Boots, _plane, clouds, Power, _parts, new Uptime(Clock), Clock,
            logs));
        _engine = new DhcpEngine(
            new DhcpServerOptions { Interfaces = ["lo"], Subnets = configuration.Subnets, ConflictProbe = ConflictProbe.Arp },
                _plane.DhcpBoot, _plane.DhcpBoot, Clock);
        new StoredLeases(_store.Store).Load(_engine.Restore);
        var tftp = new TftpServer(
            new TftpServerOptions { Port = 0, ListenAddress = IPAddress.Parse("127.20.0.1"),
                Timeout = TimeSpan.FromSeconds(_hasty ? 0.4 : 5), Retries = _hasty ? 1 : 5 }, _plane.TftpBoot, _plane.TftpBoot,
                TimeProvider.System);
        HttpPort = FreePort();
        var web = new WebServer(TimeSpan.FromSeconds(1));
        var http = _plane.Http.Build(Boots.Own, HttpPort, 100, _parts);
        _running = Task.WhenAll(_management.RunAsync(_stop.Token), tftp.RunAsync(_stop.Token), web.RunAsync(http, _stop.Token));
        await Task.WhenAll(_management.Ready, web.Ready).WaitAsync(Patience);
        TftpServer = await tftp.Ready.WaitAsync(Patience);
        Client = RackbootClient.ForSocket(socket);
    }

    private async Task CloseAsync()
    {
        Client.Dispose();
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience);
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
        _parts.Clear();
        _stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private TPart Add<TPart>(TPart part)
        where TPart : IPart
    {
        _parts.Add(part);
        return part;
    }
}
