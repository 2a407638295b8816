namespace Rackboot.Talos.Api;

/// <summary>A node's answer to an applied configuration.</summary>
/// <param name="Details">Talos's message; in a dry run, the difference, which can quote the running configuration: do not log it.</param>
/// <param name="Restarts">Whether the node restarts for it, or would in a dry run.</param>
public sealed record AppliedConfiguration(IReadOnlyList<string> Warnings, string Details, bool Restarts);
