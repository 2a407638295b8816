using Rackboot.Lab.Storm.Boot;

namespace Rackboot.Lab.Storm.Report;

/// <summary>How long the machines took for each stage.</summary>
internal static class StormStages
{
    /// <summary>The stages, from one point to the next one.</summary>
    public static IReadOnlyList<(string Name, StormStage From, StormStage To)> All { get; } =
    [
        ("power on", StormStage.Asked, StormStage.Power),
        ("firmware's address", StormStage.Power, StormStage.Address),
        ("iPXE by TFTP or HTTP", StormStage.Address, StormStage.Program),
        ("iPXE's address", StormStage.Program, StormStage.Ipxe),
        ("script", StormStage.Ipxe, StormStage.Script),
        ("kernel and initramfs", StormStage.Script, StormStage.Files),
        ("system's address", StormStage.Files, StormStage.System),
        ("configuration", StormStage.System, StormStage.Configuration),
        ("kernel log to reported", StormStage.Configuration, StormStage.Reported),
        ("power-on to reported", StormStage.Power, StormStage.Reported),
        ("order to reported", StormStage.Asked, StormStage.Reported),
    ];

    public static IReadOnlyDictionary<string, Percentiles> Of(IReadOnlyList<MachineLife> lives) =>
        All.ToDictionary(s => s.Name, s => Percentiles.Of(lives.Select(l => l.Between(s.From, s.To)).OfType<TimeSpan>()));
}
