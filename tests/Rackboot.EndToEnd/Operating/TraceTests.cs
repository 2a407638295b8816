using Rackboot.Contracts;
using Rackboot.Daemon.Tests.Traces;
using Rackboot.Lab;
using Rackboot.Lab.Machines;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Operating;

/// <summary>A real boot as the trace that a collector gets.</summary>
[Trait("Category", "Slow")]
public sealed class TraceTests : IDisposable
{
    private readonly string _received = Directory.CreateTempSubdirectory("traces-").FullName;

    public void Dispose() => Directory.Delete(_received, recursive: true);

    [Fact]
    public async Task A_boot_from_power_on_to_its_report_is_one_trace_with_its_stages_transfers_and_no_secret()
    {
        await using var rack = await TestRack.StartAsync(
            TestRack.Subnet + "\ntelemetry: { otlp: { endpoint: 'http://127.0.0.1:4318' } }");
        using var collector = Tool.StartInBackground(Path.Combine(_received, "log"), "ip", "netns", "exec", rack.Network.Name, "python3",
            Path.Combine(AppContext.BaseDirectory, "Operating", "collector.py"), "4318", _received);
        try
        {
            await rack.ImportStandInAsync(TestRack.StandInCache);
            var machine = await rack.AddAsync("node-01", MachineFirmware.UefiPxe, 1);
            await rack.DescribeAsync(machine, address: null);
            await rack.PowerAsync("on node-01 --boot network");
            var boot = await rack.WaitForAsync("node-01", b => b.Outcome == BootOutcome.Succeeded, TimeSpan.FromMinutes(4));
            await Wait.UntilAsync(() => Traces().Any(), "the trace of the boot arrives");

            var bytes = await File.ReadAllBytesAsync(Assert.Single(Traces()), TestContext.Current.CancellationToken);
            var spans = ReceivedSpan.Read(bytes).ToList();
            Assert.All(spans, s => Assert.Equal(boot.Id, s.Trace));
            var root = Assert.Single(spans, s => s.Parent.Length == 0);
            Assert.Equal(("boot", "node-01", "uefi-pxe", "succeeded"), (root.Name, root.Attributes["rackboot.machine"],
                root.Attributes["rackboot.boot.firmware"], root.Attributes["rackboot.boot.outcome"]));
            string[] stages = ["power", "firmware", "program", "iPXE", "script", "kernel", "system", "configured", "reported"];
            Assert.Equal(stages, spans.Where(s => s.Parent == root.Id).OrderBy(s => s.Start).Select(s => s.Name));
            Assert.Equal((boot.Stages[BootStage.Reported] - boot.Stages[BootStage.Kernel]).TotalSeconds,
                (root.End - spans.Single(s => s.Name == "kernel").Start).TotalSeconds, tolerance: 0.5);
            foreach (var transfer in (string[])["dhcp", "tftp snponly.efi", "http kernel", "http initramfs"])
                Assert.Contains(spans, s => s.Name == transfer && s.Seconds > 0);
            Assert.All(spans, s => Assert.Equal(0UL, s.Status));
            var document = (await rack.Client.GetMachineAsync("node-01")).Value;
            Assert.Equal(document.Serial ?? document.Status!.SeenSerial ?? "",
                root.Attributes.GetValueOrDefault("rackboot.machine.serial", ""));
            Assert.DoesNotContain("talos.config", System.Text.Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
            Assert.Empty((await rack.Client.GetStatusAsync()).Problems);
        }
        finally
        {
            await Tool.TryRunAsync("kill", $"{collector.Id}");
            await collector.WaitForExitAsync(CancellationToken.None);
        }
    }

    private IEnumerable<string> Traces() => Directory.EnumerateFiles(_received, "*.trace");
}
