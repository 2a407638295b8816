using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>A machine was told to upgrade.</summary>
/// <param name="Component">The part of Kubernetes; null for Talos itself.</param>
/// <param name="Accepted">It accepted. Until then the order is repeated: the appliance may have ended before sending it.</param>
public sealed record RolloutTurn(DateTimeOffset Told, KubernetesComponent? Component = null, bool Accepted = false);
