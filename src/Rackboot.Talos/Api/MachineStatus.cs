namespace Rackboot.Talos.Api;

/// <summary>The status of a whole machine (siderolabs/talos
/// internal/app/machined/pkg/controllers/runtime/machine_status.go).</summary>
public sealed record MachineStatus(MachineStage Stage, bool Ready, IReadOnlyList<UnmetCondition> Unmet);
