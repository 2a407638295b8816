using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>A machine was told to upgrade.</summary>
/// <param name="Component">Which part of Kubernetes; null for Talos itself.</param>
/// <param name="Accepted">It said yes. Until then it is told again: the appliance may have ended before it was asked.</param>
public sealed record RolloutTurn(DateTimeOffset Told, KubernetesComponent? Component = null, bool Accepted = false);
