using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Lab.Rack;
using Rackboot.Lab.Storm.Bmc;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Hall;
using Rackboot.Lab.Storm.Tftp;

namespace Rackboot.Lab.Storm;

/// <summary>A rackbootd, and a hall of synthetic machines behind BMCs that it knows and that are off.</summary>
internal sealed class StormRack : IAsyncDisposable
{
    private const string Version = "v1.13.9-storm";
    private const string Password = "storm-rack";
    private const int DocumentsAtOnce = 500;
    private const string Settings =
        """
        subnets:
          - subnet: 10.20.0.0/16
            range: 10.20.128.1-10.20.254.255
            router: 10.20.0.1
            dns: [10.20.0.1]
            lease: 1h
        """;

    // Neighbours besides the machines: the router of the BMCs, and what else this host talks to.
    private const int OtherNeighbours = 24;

    private readonly List<SyntheticBmc> _bmcs = [];
    private HallNetwork? _hall;
    private HallSockets? _sockets;
    private HallCable? _cable;
    private TftpClients? _tftp;

    private StormRack(VirtualRack rack) => Rack = rack;

    /// <summary>An address of the hall that is never leased, to fetch with and to measure from.</summary>
    public static IPAddress Spare(int number) => new([10, 20, 255, (byte)(1 + number)]);

    public VirtualRack Rack { get; }

    public HallGear Gear { get; private set; } = null!;

    public IReadOnlyList<MachineLife> Lives { get; private set; } = [];

    /// <summary>Kernel and initramfs, which each machine fetches.</summary>
    public IReadOnlyList<string> ImagePaths { get; private set; } = [];

    /// <param name="say">Is told what is being made.</param>
    public static async Task<StormRack> StartAsync(StormPlan plan, Action<string> say, CancellationToken cancel)
    {
        CheckNeighbourTable(plan.Machines);
        say("a network namespace with rackbootd, and one for the hall");
        var rack = new StormRack(await VirtualRack.StartAsync(new RackPlan
        {
            Name = plan.Name, StartsAnew = true, StateDirectory = plan.StateDirectory, Programs = plan.Programs, PrefixLength = 16,
            BootSettings = "poll: 1s", Settings = Settings,
        }));
        try
        {
            await rack.BuildAsync(plan, say, cancel);
            return rack;
        }
        catch
        {
            await rack.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var life in Lives)
            life.Dispose();
        foreach (var bmc in _bmcs)
            bmc.Dispose();
        _tftp?.Dispose();
        _cable?.Dispose();
        _sockets?.Dispose();
        if (_hall is not null)
            await _hall.DisposeAsync();
        await Rack.DisposeAsync();
    }

    // arp(7): the table is the host's, for all its namespaces. An appliance needs the same (docs/security.md).
    private static void CheckNeighbourTable(int machines)
    {
        const string Path = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";
        var most = int.Parse(File.ReadAllText(Path), CultureInfo.InvariantCulture);
        if (machines + OtherNeighbours > most)
            throw new LabException($"{machines} machines on one link need as many neighbour entries, and this host keeps {most} at most; "
                + $"raise it: sysctl -w net.ipv4.neigh.default.gc_thresh2={machines * 2} net.ipv4.neigh.default.gc_thresh3={machines * 4}");
    }

    private async Task BuildAsync(StormPlan plan, Action<string> say, CancellationToken cancel)
    {
        var server = IPAddress.Parse("10.20.0.1");
        _hall = await HallNetwork.CreateAsync(Rack.Network, $"{server}", "10.30.0.1");
        _sockets = new HallSockets(_hall.Name);
        _cable = HallCable.Open(_hall.Name);
        _tftp = new TftpClients(_hall.Name, HallNetwork.Machines, server);
        for (var i = 0; i < 254; i++)
            _cable.Hold(Spare(i), new PhysicalAddress([0x02, 0x72, 0x62, 0xFF, 0xFF, (byte)i]));
        say($"{plan.Megabytes} MB of kernel and initramfs");
        var files = await StoreFilesAsync(plan, cancel);
        Gear = new HallGear(_sockets, _cable, _tftp, server, files);
        await FetchProgramsAsync(files, cancel);
        say($"{plan.Machines} machines behind BMCs");
        Lives = [.. plan.Build().Select(m => new MachineLife(m, Gear))];
        await Rack.Client.PutProfileAsync(new Profile { Name = "storm", Talos = new TalosRelease { Version = Version } }, cancel: cancel);
        await Rack.Client.PutCredentialAsync(
            new Credential { Name = "storm-bmc", Username = SyntheticBmc.User, Password = Password }, cancel: cancel);
        foreach (var life in Lives)
            _bmcs.Add(await SyntheticBmc.StartAsync(
                _sockets, life.Machine, life.Machine.Fault == MachineFault.BmcPassword ? "another" : Password, life.PowerOn,
                life.PowerOff));
        foreach (var some in Lives.Chunk(DocumentsAtOnce))
            await Rack.Client.ApplyAsync(
                [.. some.Select(l => JsonSerializer.Serialize(Describe(l.Machine), Document.Json))], cancel: cancel);
    }

    private async Task<Dictionary<string, byte[]>> StoreFilesAsync(StormPlan plan, CancellationToken cancel)
    {
        var files = new Dictionary<string, byte[]>();
        var paths = new List<string>();
        foreach (var (name, share) in new[] { ("kernel", 1), ("initramfs", 3) }) // as Talos has it, about
        {
            var bytes = RandomNumberGenerator.GetBytes(plan.Megabytes * 1_000_000 / 4 * share);
            var path = Path.Combine(plan.StateDirectory, name);
            await File.WriteAllBytesAsync(path, bytes, cancel);
            await Rack.Client.PutAssetAsync($"talos/{Version}/amd64/{name}", new MemoryStream(bytes), cancel);
            files[$"talos/{Version}/amd64/{name}"] = bytes;
            paths.Add(path);
        }

        ImagePaths = paths;
        return files;
    }

    // iPXE comes from the distribution, and what the appliance has of it is what each machine must get.
    private async Task FetchProgramsAsync(Dictionary<string, byte[]> files, CancellationToken cancel)
    {
        foreach (var asset in await Rack.Client.GetAssetsAsync(cancel))
            if (asset.Name.StartsWith("ipxe/", StringComparison.Ordinal))
                files[asset.Name] = await HttpFetch.BytesAsync(
                    Gear.Sockets, Spare(0), new Uri($"http://{Gear.Server}/assets/{asset.Name}"), cancel);
    }

    private static Contracts.Machine Describe(StormMachine machine) => new()
    {
        Name = machine.Name,
        Macs = [machine.Mac],
        Labels = new Dictionary<string, string> { ["storm"] = "yes", ["rack"] = machine.Rack },
        Profile = "storm",
        Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = $"{machine.Bmc}", Credential = "storm-bmc" },
        MachineConfig = new MachineConfig
        {
            Content = $"version: v1alpha1\nmachine:\n  type: worker\n  network:\n    hostname: {machine.Name}\n",
        },
    };
}
