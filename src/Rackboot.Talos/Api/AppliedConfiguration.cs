namespace Rackboot.Talos.Api;

/// <summary>What a node says to a configuration that it took.</summary>
/// <param name="Details">In Talos's words; of a dry run, the difference, which may quote what the node runs now: do not log it.</param>
/// <param name="Restarts">Whether the node restarts for it; of a dry run, whether it would.</param>
public sealed record AppliedConfiguration(IReadOnlyList<string> Warnings, string Details, bool Restarts);
