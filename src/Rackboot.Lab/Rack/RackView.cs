using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rackboot.Lab.Rack;

/// <summary>The rack as a table: each machine, how far it is, and what is happening.</summary>
public static class RackView
{
    private static readonly (BootStage Stage, string Name)[] Stages =
    [
        (BootStage.Firmware, "firmware"), (BootStage.Program, "program"), (BootStage.Ipxe, "iPXE"), (BootStage.Script, "script"),
        (BootStage.Kernel, "kernel"), (BootStage.System, "system"), (BootStage.Configured, "configured"), (BootStage.Reported, "reported"),
    ];

    public static string Name(BootStage? stage) => stage is { } s ? Stages[(int)s].Name : "power";

    public static string Name(MachineFirmware firmware) => firmware switch
    {
        MachineFirmware.Bios => "BIOS",
        MachineFirmware.UefiPxe => "UEFI PXE",
        _ => "UEFI HTTP",
    };

    /// <summary>How it stands now.</summary>
    /// <param name="seconds">Since power-on, for each machine.</param>
    public static IRenderable Live(IReadOnlyList<RackRow> rack, double seconds)
    {
        var table = new Table { Border = TableBorder.Simple }.Expand();
        table.AddColumns(
            Tight("machine"), Tight("firmware"), Tight("stage"), Tight("s").RightAligned(), new TableColumn("now").PadLeft(0).PadRight(0));
        foreach (var row in rack)
        {
            var (machine, boot) = (row.Machine, row.Boot);
            var took = row.IsUp ? (boot!.Stages[BootStage.Reported] - boot.Started).TotalSeconds + Lead(boot, seconds) : seconds;
            table.AddRow(
                new Text(machine.Name),
                new Text(Name(machine.Firmware)),
                new Markup($"{Bar(row)} {(row.IsUp ? "[green]" : row.IsWrong ? "[red]" : "[yellow]")}{Name(boot?.Stage),-10}[/]"),
                new Text($"{took:0}"),
                new Text(row.Now).Overflow(Overflow.Ellipsis));
        }

        return table;
    }

    /// <summary>When each machine reached each stage, in seconds since the first packet.</summary>
    public static Table Summary(IReadOnlyList<(QemuMachine Machine, Boot Boot)> rack)
    {
        // Eight stages beside two names fit 80 columns where nothing but a space is between them.
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle("seconds since power-on was seen, by stage") };
        table.AddColumns(Tight("machine"), Tight("firmware"));
        foreach (var (_, name) in Stages)
            table.AddColumn(Tight(name switch { "configured" => "config", "reported" => "report", _ => name }).RightAligned());
        foreach (var (machine, boot) in rack)
            table.AddRow(
            [
                machine.Name, Name(machine.Firmware),
                .. Stages.Select(s => boot.Stages.TryGetValue(s.Stage, out var at) ? $"{(at - boot.Started).TotalSeconds:0.0}" : "-"),
            ]);
        return table;
    }

    private static TableColumn Tight(string title) => new TableColumn(title).NoWrap().PadLeft(0).PadRight(0);

    private static double Lead(Boot boot, double seconds) =>
        Math.Max(0, seconds - (TimeProvider.System.GetUtcNow() - boot.Started).TotalSeconds);

    // The first is power.
    private static string Bar(RackRow row)
    {
        var reached = row.Boot is { } boot ? (int)boot.Stage + 2 : row.Power?.Power == PowerState.On ? 1 : 0;
        return $"[green]{new string('■', reached)}[/][grey]{new string('·', Stages.Length + 1 - reached)}[/]";
    }
}
