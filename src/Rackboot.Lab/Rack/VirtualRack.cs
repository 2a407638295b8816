using System.Diagnostics;
using System.Net;
using Rackboot.Contracts;
using Rackboot.Lab.Bmc;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;
using Rackboot.Lab.StandIn;
using Rackboot.Lab.StandIn.Nodes;

namespace Rackboot.Lab.Rack;

/// <summary>A network namespace with rackbootd as its only server, and machines behind BMCs that boot from it.</summary>
public sealed class VirtualRack : IAsyncDisposable
{
    private static readonly TimeSpan DaemonStart = TimeSpan.FromSeconds(20);

    private readonly RackPlan _plan;
    private readonly Dictionary<QemuMachine, VirtualBmc> _machines = [];
    private Process? _daemon;
    private NodeHost? _nodes;

    private VirtualRack(RackPlan plan, NetworkNamespace network) => (_plan, Network) = (plan, network);

    /// <summary>What all its BMCs are logged into with.</summary>
    public static Credential BmcCredential { get; } = new()
    {
        Name = "lab-bmc", Username = VirtualBmc.User, Password = VirtualBmc.Password,
    };

    public NetworkNamespace Network { get; }

    /// <summary>When it was brought up; boots before that are of an earlier run.</summary>
    public DateTimeOffset Started { get; } = TimeProvider.System.GetUtcNow();

    public RackbootClient Client { get; private set; } = null!;

    /// <summary>The process id of the running rackbootd.</summary>
    public int DaemonId => _daemon?.Id ?? throw new InvalidOperationException("rackbootd does not run");

    public IReadOnlyCollection<QemuMachine> Machines => _machines.Keys;

    /// <summary>The management socket; in /run, since the path of a Unix socket must be short.</summary>
    public string Socket => $"{RunDirectory}/rackboot.sock";

    public string DaemonLog => Path.Combine(_plan.StateDirectory, "rackbootd.log");

    private string RunDirectory => $"/run/{_plan.Name}";

    private string Configuration => Path.Combine(_plan.StateDirectory, "rackboot.yaml");

    /// <summary>Makes the network and starts rackbootd in it.</summary>
    public static async Task<VirtualRack> StartAsync(RackPlan plan)
    {
        if (Environment.UserName != "root")
            throw new LabException("the virtual rack makes a network namespace, and that takes root; run it as root (sudo make run)");
        foreach (var program in new[] { "rackbootd", "rackboot" })
            if (!File.Exists(Path.Combine(plan.Programs, program)))
                throw new LabException($"{plan.Programs}/{program} is missing; run: make build");
        Directory.CreateDirectory(plan.StateDirectory);
        var rack = new VirtualRack(plan, await NetworkNamespace.CreateAsync(
            plan.Name, $"{plan.Address}/{plan.PrefixLength}", plan.BmcAddress + "/24"));
        rack.RemoveRunDirectory(); // of a rack that was killed
        if (plan.StartsAnew && Directory.Exists(Path.Combine(plan.StateDirectory, "data")))
            Directory.Delete(Path.Combine(plan.StateDirectory, "data"), recursive: true);
        try
        {
            await rack.StartDaemonAsync();
            return rack;
        }
        catch
        {
            await rack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts rackbootd, which must not be running, and waits until it answers.</summary>
    public async Task StartDaemonAsync()
    {
        await File.WriteAllTextAsync(Configuration,
            $"""
            data: {Path.GetFullPath(_plan.StateDirectory)}/data
            boot:
              interfaces: [{NetworkNamespace.Bridge}]
              {_plan.BootSettings}
            management:
              socket: {Socket}
            {_plan.Settings}

            """);
        Directory.CreateDirectory(RunDirectory);
        _daemon = Tool.StartInBackground(
            DaemonLog, "ip", "netns", "exec", Network.Name, Path.Combine(_plan.Programs, "rackbootd"), "--config", Configuration);
        Client = RackbootClient.ForSocket(Socket);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if ((await Client.GetStatusAsync()).ReadySeconds > 0)
                    return;
            }
            catch (HttpRequestException) when (!_daemon.HasExited && Stopwatch.GetElapsedTime(started) < DaemonStart)
            {
                // Not there yet.
            }
            catch (HttpRequestException)
            {
                throw new LabException($"rackbootd does not serve; it says:\n{await File.ReadAllTextAsync(DaemonLog)}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends rackbootd.</summary>
    /// <param name="signal">15 lets it finish what is under way; 9 does not.</param>
    public async Task StopDaemonAsync(int signal = 15)
    {
        if (_daemon is not { } daemon)
            return;
        await Tool.TryRunAsync("kill", $"-{signal}", $"{daemon.Id}");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await daemon.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            daemon.Kill();
        }

        daemon.Dispose();
        _daemon = null;
    }

    /// <summary>Tells rackbootd to load its configuration again.</summary>
    public Task ReloadDaemonAsync() => Tool.RunAsync("kill", "-HUP", $"{_daemon!.Id}");

    /// <summary>Stores the kernel and initramfs as a Talos version, and a profile <c>default</c> that boots them.</summary>
    public async Task ImportAsync(string version, string kernel, string initramfs)
    {
        await StoreAsync(version, kernel, initramfs);
        await Client.PutProfileAsync(
            new Profile { Name = "default", Talos = new TalosRelease { Version = version }, KernelArguments = ["console=ttyS0"] });
    }

    /// <summary>Builds the stand-in for Talos and stores it, with a profile <c>default</c> that boots it.</summary>
    public async Task ImportStandInAsync(string cacheDirectory)
    {
        var image = await StandInImage.BuildAsync(cacheDirectory);
        await ImportAsync(StandInImage.Version, image.Kernel, image.Initramfs);
    }

    /// <summary>Builds the stand-in for Talos and stores it. From now on each machine that boots it is a Talos node, and
    /// installs.</summary>
    public async Task ServeStandInsAsync(string cacheDirectory)
    {
        var image = await StandInImage.BuildAsync(cacheDirectory);
        await StoreAsync(StandInImage.Version, image.Kernel, image.Initramfs);
        var disk = await StandInDisk.BuildAsync(_plan.StateDirectory, image);
        _nodes = new NodeHost(Network.Name, IPAddress.Parse(_plan.Address), disk);
    }

    private async Task StoreAsync(string version, string kernel, string initramfs)
    {
        foreach (var (name, path) in new[] { ("kernel", kernel), ("initramfs", initramfs) })
        {
            await using var file = File.OpenRead(path);
            await Client.PutAssetAsync($"talos/{version}/amd64/{name}", file);
        }
    }

    /// <summary>Puts a machine and its BMC into the rack, switched off.</summary>
    public async Task<QemuMachine> AddAsync(string name, MachineFirmware firmware, int number, int memory = 512)
    {
        var machine = new QemuMachine(name, firmware, $"52:54:00:00:01:{number:x2}", _plan.StateDirectory) { Memory = memory };
        await machine.BuildAsync(Network);
        var address = $"{_plan.BmcAddress[.._plan.BmcAddress.LastIndexOf('.')]}.{20 + number}";
        await Network.AddBmcAddressAsync(address + "/24");
        _machines[machine] = await VirtualBmc.StartAsync(
            machine, Network, address, Path.Combine(RunDirectory, name), Path.Combine(_plan.StateDirectory, $"{name}.bmc.log"));
        return machine;
    }

    public VirtualBmc BmcOf(QemuMachine machine) => _machines[machine];

    /// <summary>What an operator says of a machine: its name, its address, its BMC, and a configuration of its own.</summary>
    public Machine Describe(QemuMachine machine, string? address) => new()
    {
        Name = machine.Name,
        Macs = [machine.Mac],
        Profile = "default",
        Address = address,
        Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = BmcOf(machine).Address, Credential = BmcCredential.Name },
        MachineConfig = new MachineConfig
        {
            Content = $"version: v1alpha1\nmachine:\n  type: worker\n  network:\n    hostname: {machine.Name}\n",
        },
    };

    /// <summary>Tells rackbootd of a machine.</summary>
    public async Task DescribeAsync(QemuMachine machine, string? address)
    {
        await Client.PutCredentialAsync(BmcCredential);
        await Client.PutMachineAsync(Describe(machine, address));
    }

    /// <summary>Runs the command line against this rack.</summary>
    /// <param name="arguments">As in <c>power on node-01</c>.</param>
    public Task<(int Exit, string Output, string Error)> RackbootAsync(params string[] arguments) =>
        Tool.TryRunAsync(Path.Combine(_plan.Programs, "rackboot"), ["--socket", Socket, .. arguments]);

    /// <summary>Waits until the newest boot of the machine is as <paramref name="condition"/> wants it.</summary>
    /// <param name="machine">Its name in rackbootd.</param>
    public async Task<Boot> WaitForAsync(string machine, Func<Boot, bool> condition, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        Boot? last = null;
        try
        {
            // Events say when to look again.
            await foreach (var _ in Client.WatchAsync(after: 0, limit.Token))
                if ((await Client.GetBootsAsync(machine, limit.Token)) is [var boot, ..] && condition(last = boot))
                    return boot;
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        throw new LabException(await DiagnoseAsync(machine,
            $"{machine} did not get there within {within.TotalSeconds:0} s; it is at {last?.Stage.ToString() ?? "nothing"}: {last?.Now}"));
    }

    /// <summary>What there is to see of a machine that went wrong.</summary>
    public async Task<string> DiagnoseAsync(string machine, string problem)
    {
        string explanation;
        try
        {
            var explained = await Client.ExplainAsync(machine);
            explanation = $"{explained.Verdict}\n{explained.Remedy}\n{string.Join('\n', explained.Findings)}";
        }
        catch (Exception e) when (e is ApiException or HttpRequestException)
        {
            explanation = e.Message;
        }

        var console = Machines.FirstOrDefault(m => m.Name == machine)?.ConsoleTail() ?? "";
        return $"{problem}\n--- explain\n{explanation}\n--- console of {machine}\n{console}";
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_machines.Values.Select(b => b.DisposeAsync().AsTask()));
        if (_nodes is not null)
            await _nodes.DisposeAsync();
        await StopDaemonAsync();
        Client?.Dispose();
        await Network.DisposeAsync();
        RemoveRunDirectory();
        if (_plan.RemoveState)
            Directory.Delete(_plan.StateDirectory, recursive: true);
    }

    private void RemoveRunDirectory()
    {
        if (Directory.Exists(RunDirectory))
            Directory.Delete(RunDirectory, recursive: true);
    }
}
