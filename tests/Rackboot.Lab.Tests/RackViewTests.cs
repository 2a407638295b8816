using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rackboot.Lab.Tests;

/// <summary>The tables of the lab on a terminal of 80 columns.</summary>
public sealed class RackViewTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_closing_table_is_whole_on_80_columns()
    {
        var seen = Enum.GetValues<RackStep>().ToDictionary(s => s, s => (double)s * 10);
        var machines = Enum.GetValues<MachineFirmware>().Select((f, i) => (Machine(i, f), (IReadOnlyDictionary<RackStep, double>)seen));
        var lines = Render(RackView.Summary(machines));
        Assert.Contains("machine firmware iPXE kernel system config install restart join ready", lines.Select(Words));
        Assert.Contains("node-02 UEFI HTTP 30.0 50.0 60.0 70.0 80.0 90.0 100.0 110.0", lines.Select(Words));
    }

    [Fact]
    public void The_live_table_cuts_only_what_is_happening()
    {
        var rows = Enum.GetValues<MachineFirmware>().Select((f, i) => new RackRow(Machine(i, f), null, Boot(i), null)).ToList();
        var lines = Render(RackView.Live(rows, 123, 80));
        Assert.All(
            ["node-00 BIOS", "node-01 UEFI PXE", "node-02 UEFI HTTP"],
            machine => Assert.Contains(
                lines, l => Words(l).StartsWith($"{machine} ■■■■■■■■···· configured 123 ", StringComparison.Ordinal)));
        Assert.Equal(3, lines.Count(l => l.TrimEnd().EndsWith("the machine fetched its config…", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("configured", false, RackStep.Configured)]
    [InlineData("installing", false, RackStep.Installing)]
    [InlineData("rebooting", false, RackStep.Restarting)]
    [InlineData("running", false, RackStep.Joining)]
    [InlineData("running", true, RackStep.Ready)]
    public void After_its_configuration_a_machine_is_as_far_as_its_cluster_says(string stage, bool ready, RackStep step)
    {
        var member = new ClusterMemberStatus
        {
            Machine = "node-00", Role = "control plane", Stage = stage, Ready = ready, WaitsFor = "news",
        };
        var row = new RackRow(Machine(0, MachineFirmware.Bios), null, Boot(0), member);
        Assert.Equal((step, ready ? "ready" : "news"), (row.Step, row.Now));
        var early = row with { Boot = Boot(0) with { Stage = BootStage.Kernel }, Member = member with { Ready = false } };
        Assert.Equal(RackStep.Kernel, early.Step);
    }

    private static string Words(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static List<string> Render(IRenderable what)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 80;
        console.Write(what);
        var lines = text.ToString().Split('\n').ToList();
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
        return lines;
    }

    private static QemuMachine Machine(int number, MachineFirmware firmware) =>
        new($"node-{number:d2}", firmware, $"52:54:00:00:01:{number:x2}", "/tmp");

    private static Boot Boot(int number) => new()
    {
        Id = $"b{number}",
        Machine = $"node-{number:d2}",
        Started = Noon,
        Updated = Noon,
        Stage = BootStage.Reported,
        Outcome = BootOutcome.Running,
        Now = "the machine fetched its configuration, 12,345 bytes, and has started its system",
        Stages = Enum.GetValues<BootStage>().ToDictionary(s => s, s => Noon.AddSeconds((int)s * 10)),
    };
}
