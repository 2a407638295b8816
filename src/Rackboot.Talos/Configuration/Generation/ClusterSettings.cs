namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The settings for the base configuration of a cluster's machines.</summary>
/// <param name="Name">The cluster's name.</param>
/// <param name="Endpoint">The Kubernetes API endpoint, <c>https://10.20.0.10:6443</c>.</param>
/// <param name="KubernetesVersion">The release of Kubernetes, <c>v1.36.3</c>.</param>
/// <param name="Contract">The Talos release that decides the configuration's shape. It stays when the machines are upgraded.</param>
public sealed record ClusterSettings(string Name, Uri Endpoint, string KubernetesVersion, TalosRelease Contract)
{
    public string DnsDomain { get; init; } = "cluster.local";

    public IReadOnlyList<string> PodSubnets { get; init; } = ["10.244.0.0/16"];

    public IReadOnlyList<string> ServiceSubnets { get; init; } = ["10.96.0.0/12"];

    /// <summary>More names and addresses of the Talos API and of Kubernetes.</summary>
    public IReadOnlyList<string> AdditionalNames { get; init; } = [];

    /// <summary>Whether machines find each other through discovery.talos.dev. An isolated rack turns it off.</summary>
    public bool Discovery { get; init; } = true;

    public bool AllowSchedulingOnControlPlanes { get; init; }
}
