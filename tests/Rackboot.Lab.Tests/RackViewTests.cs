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
        var lines = Render(RackView.Summary([.. Enum.GetValues<MachineFirmware>().Select((f, i) => (Machine(i, f), Boot(i)))]));
        Assert.Contains("machine firmware firmware program iPXE script kernel system config report", lines.Select(Words));
        Assert.Contains("node-02 UEFI HTTP 0.0 10.0 20.0 30.0 40.0 50.0 60.0 70.0", lines.Select(Words));
    }

    [Fact]
    public void The_live_table_cuts_only_what_is_happening()
    {
        var lines = Render(
            RackView.Live([.. Enum.GetValues<MachineFirmware>().Select((f, i) => new RackRow(Machine(i, f), null, Boot(i)))], 123));
        Assert.All(["node-00 BIOS", "node-01 UEFI PXE", "node-02 UEFI HTTP"],
            machine => Assert.Contains(lines, l => Words(l).StartsWith($"{machine} ■■■■■■■■■ reported 123 ", StringComparison.Ordinal)));
        Assert.Contains(lines, l => l.Contains("the machine fetched its", StringComparison.Ordinal));
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
