using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Profiles;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests.Support;

/// <summary>The appliance without its listeners, on a store in a directory of its own.</summary>
internal sealed class Rack : IAsyncDisposable
{
    public const string Device = "eth0";
    public static readonly IPAddress Server = IPAddress.Parse("10.20.0.1");
    public static readonly DhcpSubnet Subnet = new() { Network = IPNetwork.Parse("10.20.0.0/24"), Mode = SubnetMode.Dhcp };

    private Rack() => Open();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("rackboot-core-").FullName;
    public string Distribution => System.IO.Directory.CreateDirectory(Path.Combine(Directory, "distribution")).FullName;
    public Clock Clock { get; } = new();
    public SqliteStore Store { get; private set; } = null!;
    public EventLog Events { get; private set; } = null!;
    public Inventory Inventory { get; private set; } = null!;
    public BootLog Boots { get; private set; } = null!;
    public AddressBook Addresses { get; private set; } = null!;
    public ContentStore Content { get; private set; } = null!;
    public AssetStore Assets { get; private set; } = null!;
    public ConfigDelivery Configs { get; private set; } = null!;
    public ServedNetworks Networks { get; private set; } = null!;
    public Link Link { get; } = new();
    public TrustDesk Trust { get; private set; } = null!;
    public ScriptRefusals Refusals { get; private set; } = null!;
    public BootDesk Desk { get; private set; } = null!;
    public DhcpBoot Dhcp { get; private set; } = null!;
    public TftpBoot Tftp { get; private set; } = null!;
    public Counters Counters { get; } = new();
    public TalosReports Reports { get; private set; } = null!;

    public static Rack Start() => new();

    public static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw new ArgumentException(text);

    public static MacAddress Mac(int number) => Mac($"525400{number:x6}");

    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        Open();
    }

    public Machine See(string mac, Guid? uuid = null, string? serial = null) =>
        Inventory.Observe(new MachineIdentity { Mac = Mac(mac), Uuid = uuid, Serial = serial });

    public async Task<Machine> AcceptAsync(string name, MachineSpec spec, string? config = null)
    {
        var secret = config is null ? null : new Secret(config);
        var applied = await Inventory.PutMachineAsync(
            name, spec with { Config = secret is null ? null : new MachineConfigDigest(secret.Sha256, secret.Length) }, secret, null,
            dryRun: false);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    public async Task<Asset> ImportAsync(string name, string content)
    {
        var applied = await Assets.ImportAsync(
            name, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)), "alice", CancellationToken.None);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    public async Task<Profile> ProfileAsync(string name = "default")
    {
        var profile = (await Inventory.PutProfileAsync(
            new Profile { Name = name, TalosVersion = "v1.14.0", Architecture = "amd64" }, null, dryRun: false)).Document!;
        await ImportAsync(profile.KernelAsset, "kernel");
        await ImportAsync(profile.InitramfsAsset, "initramfs");
        return profile;
    }

    /// <summary>The DHCP server gives <paramref name="address"/> to <paramref name="machine"/> for an hour, and its card answers for it on
    /// the link.</summary>
    public void Lease(IPAddress address, MachineId machine, string mac)
    {
        Link[address] = Mac(mac);
        Dhcp.LeaseChanged(new Lease
        {
            Address = address,
            State = LeaseState.Bound,
            Holder = DhcpBoot.HolderOf(machine),
            HardwareAddress = mac,
            Subnet = Subnet.ToString(),
            Since = Clock.Now,
            Expires = Clock.Now.AddHours(1),
        });
    }

    /// <summary>The script that iPXE gets on the machine with <paramref name="mac"/>.</summary>
    public Task<string?> ScriptAsync(string mac, IPAddress source, string? serial = null) =>
        Desk.ScriptAsync(
            new ScriptRequest(new MachineIdentity { Mac = Mac(mac), Serial = serial }, FirmwareKind.Uefi, "amd64", source, Device, Server));

    public List<RackEvent> EventsSoFar() => [.. Store.Load(Table.Events).Select(StoreJson.Read<RackEvent>)];

    /// <summary>Waits until everything that was posted is on disk.</summary>
    public Task SettleAsync() => Store.CommitAsync([Change.Delete(Table.Leases, "none")]);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void Open()
    {
        Store = SqliteStore.Open(Path.Combine(Directory, "rackboot.db"), NullLogger.Instance);
        Events = new EventLog(Store, Clock, NullLogger<EventLog>.Instance);
        Boots = new BootLog(Store, Events, Clock);
        Inventory = new Inventory(Store, Events, Clock);
        Addresses = new AddressBook(Clock);
        Inventory.Evicted += Boots.Forget;
        Inventory.Gone += Boots.Inherit;
        Inventory.Gone += Addresses.Inherit;
        Content = new ContentStore(Directory);
        Assets = new AssetStore(Directory, Content, Distribution, Store, Events, Clock, NullLogger<AssetStore>.Instance);
        Addresses.Owner = Inventory.OwnerOf;
        Addresses.Cards = Inventory.CardsOf;
        Networks = new ServedNetworks { Interfaces = [(Device, Subnet.Network)], Subnets = [Subnet] };
        Trust = new TrustDesk(Inventory, Addresses, Networks, Link);
        Refusals = new ScriptRefusals(Events, Clock);
        Configs = new ConfigDelivery(Inventory, Boots, Addresses, Trust, Events, Clock, () => TimeSpan.FromMinutes(2));
        Desk = new BootDesk(Inventory, Assets, Boots, Configs, Trust, Refusals)
        {
            Settings = new BootSettings(new MachinePolicy(UnknownMachines.Discover, null, IdleMachines.Wait), TimeSpan.FromSeconds(10),
                TimeSpan.FromMinutes(2), 80, 4514),
        };
        Dhcp = new DhcpBoot(Inventory, Desk, Boots, Addresses, Events, Counters);
        Tftp = new TftpBoot(Inventory, Desk, Assets, Boots, Addresses, Counters);
        Reports = new TalosReports(Inventory, Boots, Addresses, Counters, Clock);
    }
}
