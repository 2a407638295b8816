namespace Rackboot.Talos.Api;

/// <summary>What a machine waits for before it is ready: <c>time</c>, <c>network</c>, <c>services</c>, <c>staticPods</c>,
/// <c>nodeReady</c>.</summary>
public sealed record UnmetCondition(string Name, string Reason);
