namespace Rackboot.Talos.Api;

/// <summary>What a machine says of itself as a whole (siderolabs/talos
/// internal/app/machined/pkg/controllers/runtime/machine_status.go).</summary>
public sealed record MachineStatus(MachineStage Stage, bool Ready, IReadOnlyList<UnmetCondition> Unmet);
