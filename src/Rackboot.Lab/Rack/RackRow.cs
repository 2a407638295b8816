using Rackboot.Contracts;
using Rackboot.Lab.Machines;

namespace Rackboot.Lab.Rack;

/// <summary>A machine as it stands: what its BMC is being told, and how far its boot is.</summary>
public sealed record RackRow(QemuMachine Machine, PowerProgress? Power, Boot? Boot)
{
    public bool IsUp => Boot?.Outcome == BootOutcome.Succeeded;

    /// <summary>Whether nothing more will come.</summary>
    public bool IsOver => Boot?.Outcome is BootOutcome.Succeeded or BootOutcome.Failed
        || (Boot is null && Power?.Step is PowerStep.Failed or PowerStep.Skipped);

    public bool IsWrong => Boot?.Outcome is BootOutcome.Failed or BootOutcome.Stalled
        || (Boot is null && Power?.Step is PowerStep.Failed or PowerStep.Skipped);

    public string Now =>
        Boot?.Now ?? (Power is { Step: PowerStep.Done } ? $"{Power.Text}; the firmware starts" : Power?.Text ?? "its BMC is asked");
}
