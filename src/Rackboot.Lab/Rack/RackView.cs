using Rackboot.Lab.Machines;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rackboot.Lab.Rack;

/// <summary>The rack as a table: each machine, how far it is, and what is happening.</summary>
public static class RackView
{
    // The columns to the left of what is happening, with seconds of four digits.
    private const int BeforeNow = 49;

    private static readonly RackStep[] Steps = Enum.GetValues<RackStep>();

    private static readonly (RackStep Step, string Title)[] Told =
    [
        (RackStep.Ipxe, "iPXE"), (RackStep.Kernel, "kernel"), (RackStep.System, "system"), (RackStep.Configured, "config"),
        (RackStep.Installing, "install"), (RackStep.Restarting, "restart"), (RackStep.Joining, "join"), (RackStep.Ready, "ready"),
    ];

    public static string Name(RackStep? step) => step switch
    {
        null => "off",
        RackStep.Ipxe => "iPXE",
        { } known => known.ToString().ToLowerInvariant(),
    };

    public static string Name(MachineFirmware firmware) => firmware switch
    {
        MachineFirmware.Bios => "BIOS",
        MachineFirmware.UefiPxe => "UEFI PXE",
        _ => "UEFI HTTP",
    };

    /// <summary>How it stands now.</summary>
    /// <param name="seconds">Since power-on.</param>
    /// <param name="width">Of the screen. A machine has one line, so that the table keeps its height.</param>
    public static IRenderable Live(IReadOnlyList<RackRow> rack, double seconds, int width)
    {
        var table = new Table { Border = TableBorder.Simple }.Expand();
        table.AddColumns(
            Tight("machine"), Tight("firmware"), Tight("stage"), Tight("s").RightAligned(), new TableColumn("now").PadLeft(0).PadRight(0));
        foreach (var row in rack)
            table.AddRow(
                new Text(row.Machine.Name),
                new Text(Name(row.Machine.Firmware)),
                new Markup($"{Bar(row.Step)} {(row.IsUp ? "[green]" : row.IsWrong ? "[red]" : "[yellow]")}{Name(row.Step),-10}[/]"),
                new Text($"{seconds:0}"),
                new Text(Cut(row.Now, width - BeforeNow)));
        return table;
    }

    /// <summary>When each machine was first seen at each step, in seconds since power-on.</summary>
    public static Table Summary(IEnumerable<(QemuMachine Machine, IReadOnlyDictionary<RackStep, double> Seen)> rack)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle("seconds since power-on") };
        table.AddColumns(Tight("machine"), Tight("firmware"));
        foreach (var (_, title) in Told)
            table.AddColumn(Tight(title).RightAligned());
        foreach (var (machine, seen) in rack)
            table.AddRow(
            [
                machine.Name, Name(machine.Firmware),
                .. Told.Select(t => seen.TryGetValue(t.Step, out var at) ? $"{at:0.0}" : "-"),
            ]);
        return table;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..Math.Max(0, most - 1)] + '…';

    private static TableColumn Tight(string title) => new TableColumn(title).NoWrap().PadLeft(0).PadRight(0);

    private static string Bar(RackStep? step)
    {
        var reached = step is { } s ? (int)s + 1 : 0;
        return $"[green]{new string('■', reached)}[/][grey]{new string('·', Steps.Length - reached)}[/]";
    }
}
