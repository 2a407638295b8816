namespace Rackboot.Talos.Api;

/// <summary>A condition that a machine is waiting for: <c>time</c>, <c>network</c>, <c>services</c>, <c>staticPods</c>,
/// <c>nodeReady</c>.</summary>
public sealed record UnmetCondition(string Name, string Reason);
