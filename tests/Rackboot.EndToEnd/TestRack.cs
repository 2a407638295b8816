using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Lab.Bmc;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd;

/// <summary>Racks for tests: of their own name and state, gone afterwards.</summary>
internal static partial class TestRack
{
    public static readonly string ProgramDirectory = Environment.GetEnvironmentVariable("RACKBOOT_PROGRAMS") ?? FindPrograms();

    public static string StandInCache => Path.Combine(ProgramDirectory, "lab", "standin");

    public const string Subnet = RackPlan.Subnet;

    /// <summary>A rack with rackbootd running; skips the test where that cannot be.</summary>
    public static async Task<VirtualRack> StartAsync(string settings = Subnet, string bootSettings = "poll: 1s")
    {
        SkipUnlessPossible();
        var name = $"rbt{Environment.ProcessId % 10000}";
        var state = Directory.CreateTempSubdirectory($"{name}-").FullName;
        return await VirtualRack.StartAsync(new RackPlan
        {
            Name = name, StateDirectory = state, RemoveState = true, Programs = ProgramDirectory, Settings = settings,
            BootSettings = bootSettings,
        });
    }

    public static void SkipUnlessPossible()
    {
        Assert.SkipUnless(Environment.UserName == "root", "network namespaces take root");
        Assert.SkipUnless(
            File.Exists(Path.Combine(ProgramDirectory, "rackbootd")), $"{ProgramDirectory}/rackbootd is missing; run: make build");
    }

    /// <summary>Switches machines as an operator does; it must succeed.</summary>
    /// <param name="arguments">What comes after <c>rackboot power</c>.</param>
    /// <returns>What was printed.</returns>
    public static async Task<string> PowerAsync(this VirtualRack rack, string arguments)
    {
        var (exit, output, error) = await rack.RackbootAsync(["power", .. arguments.Split(' ')]);
        Assert.True(exit == 0, $"rackboot power {arguments}: {output}{error}");
        return output;
    }

    /// <summary>Switches on a machine that Rackboot has not been told of: somebody else asks its BMC.</summary>
    public static async Task BootFromNetworkAsync(this VirtualBmc bmc)
    {
        await bmc.IpmitoolAsync("chassis", "bootdev", "pxe");
        await bmc.IpmitoolAsync("chassis", "power", "on");
    }

    /// <summary>Gets a lease with busybox's client and puts the address on the card.</summary>
    /// <returns>The address.</returns>
    public static async Task<string> UdhcpcAsync(this ClientNamespace host, params string[] more)
    {
        var (exit, output, error) = await host.ExecAsync(
            ["busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", "-n", "-t", "6", "-T", "1", "-s", "/bin/true", .. more]);
        Assert.True(exit == 0, error + output);
        var address = LeaseLine().Match(error + output).Groups[1].Value;
        await host.IpAsync("address", "flush", "dev", ClientNamespace.Card);
        await host.IpAsync("address", "add", address + "/24", "dev", ClientNamespace.Card);
        return address;
    }

    /// <summary>What an HTTP GET from the host brings.</summary>
    public static async Task<(int Status, string Body)> CurlAsync(this ClientNamespace host, string url, params string[] more)
    {
        var (_, output, _) = await host.ExecAsync(["curl", "-s", "-m", "10", "-w", "\n%{http_code}", .. more, url]);
        var end = output.LastIndexOf('\n');
        return (int.Parse(output[(end + 1)..]), output[..end]);
    }

    private static string FindPrograms()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "Appliance.sln")))
                return Path.Combine(directory.FullName, "out");
        return "out";
    }

    [GeneratedRegex(@"lease of (\S+) obtained")]
    private static partial Regex LeaseLine();

    /// <summary>Waits for the first event of a kind, of those that were and those that come.</summary>
    public static async Task<Event> EventAsync(this VirtualRack rack, string kind)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (var e in rack.Client.WatchAsync(0, limit.Token))
            if (e.Kind == kind)
                return e;
        throw new InvalidOperationException("the events ended");
    }
}
