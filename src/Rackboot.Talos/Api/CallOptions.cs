namespace Rackboot.Talos.Api;

/// <summary>How one call is made.</summary>
/// <param name="Deadline">How long it may take in all; null waits until it is cancelled.</param>
/// <param name="Node">The node that is meant, when the call goes through a control-plane node; null means the node that is dialled
/// (siderolabs/talos internal/app/apid/pkg/director).</param>
public readonly record struct CallOptions(TimeSpan? Deadline, string? Node = null);
