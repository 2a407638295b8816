namespace Rackboot.Talos.Api;

/// <summary>Options of a call.</summary>
/// <param name="Deadline">The time limit; null to wait until cancelled.</param>
/// <param name="Node">The target node, if the call goes through a control-plane node; null for the dialled node
/// (siderolabs/talos internal/app/apid/pkg/director).</param>
public readonly record struct CallOptions(TimeSpan? Deadline, string? Node = null);
