using System.Diagnostics;
using System.Globalization;
using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>Every flood at once, and a described machine that boots to its end all the same, again and again. The seconds come from
/// bench/soak; in the tests one boot is enough.</summary>
[Trait("Category", "Slow")]
public sealed class SoakTests(ITestOutputHelper output)
{
    // Of its own; what else is resident are programs and the boot files that machines fetch just then, which the kernel takes back when it
    // needs them.
    private const double MostMegabytes = 200;
    private const string File = "ipxe/amd64/snponly.efi";
    private static readonly TimeSpan BootTime = TimeSpan.FromMinutes(5);
    private static readonly string[] Floods =
        ["discovers=1000", "requests=200", "tftp=500", "holders=1500", "scripts=500", "configurations=500", "logs=100"];

    [Fact]
    public async Task A_described_machine_boots_to_its_end_each_time_while_every_flood_runs()
    {
        var seconds = Environment.GetEnvironmentVariable("RACKBOOT_SOAK_SECONDS") ?? "1";
        var lasting = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        await using var rack = await TestRack.StartAsync();
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var machine = await rack.AddAsync("node-01", MachineFirmware.Bios, 1);
        await rack.DescribeAsync(machine, address: null);
        await using var attacker = await Attacker.JoinAsync(rack);
        await attacker.Host.UdhcpcAsync("-V", "PXEClient:Arch:00007:UNDI:003016"); // so that its kernel logs are those of a machine
        using var flood = await attacker.FloodAsync(lasting + TimeSpan.FromMinutes(20), File, Floods);
        using var watching = new CancellationTokenSource();
        var worst = WatchAsync(rack.DaemonId, watching.Token);
        var (began, cpu) = (Stopwatch.GetTimestamp(), ProcessUse.CpuSeconds(rack.DaemonId));

        var boots = new List<double>();
        string? last = null;
        do
        {
            var started = Stopwatch.GetTimestamp();
            await rack.PowerAsync(last is null ? "on node-01 --boot network" : "cycle node-01 --boot network");
            var before = last;
            last = await SucceededAsync(rack, before);
            boots.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(began) < lasting);

        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var share = (ProcessUse.CpuSeconds(rack.DaemonId) - cpu) / took;
        await watching.CancelAsync();
        var samples = await worst;
        var (own, resident) = (samples.Max(s => s.Own), samples.Max(s => s.Resident));
        var counters = (await rack.Client.GetStatusAsync()).Counters;
        await Process.Start("kill", ["-TERM", $"{flood.Id}"]).WaitForExitAsync();
        output.WriteLine($"boots: {boots.Count} of {boots.Count} in {took:0} s, each {boots.Min():0} to {boots.Max():0} s");
        output.WriteLine($"memory of rackbootd at its worst: {resident:0} MB resident, {own:0} MB of it its own and not files");
        output.WriteLine($"processor: {share:0.00} cores");
        output.WriteLine("minutes: MB of its own, MB resident, descriptors, threads; at the end of each tenth");
        foreach (var sample in samples.Chunk(Math.Max(1, samples.Count / 10)).Select(c => c[^1]))
            output.WriteLine($"  {sample.At.TotalMinutes:0.0}: {sample.Own:0}, {sample.Resident:0}, {sample.Descriptors}, "
                + $"{sample.Threads}");
        foreach (var (name, count) in counters)
            output.WriteLine($"  {name}: {count:N0}");
        Assert.InRange(own, 1, MostMegabytes);
    }

    // Events are no way to learn of it here: the floods make more of them than a client reads that asks for each.
    private static Task<string> SucceededAsync(VirtualRack rack, string? before) => Wait.ForAsync(
        async () => await rack.Client.GetBootsAsync("node-01") is [{ Outcome: BootOutcome.Succeeded } boot, ..] && boot.Id != before
            ? boot.Id : null,
        "a boot succeeds", BootTime);

    private static async Task<List<Sample>> WatchAsync(int process, CancellationToken cancel)
    {
        var samples = new List<Sample>();
        for (var began = Stopwatch.GetTimestamp(); !cancel.IsCancellationRequested;)
        {
            samples.Add(new Sample(Stopwatch.GetElapsedTime(began), ProcessUse.OwnMegabytes(process), ProcessUse.ResidentMegabytes(process),
                ProcessUse.Descriptors(process), ProcessUse.Threads(process)));
            await Task.Delay(200, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return samples;
    }

    private sealed record Sample(TimeSpan At, double Own, double Resident, int Descriptors, int Threads);
}
