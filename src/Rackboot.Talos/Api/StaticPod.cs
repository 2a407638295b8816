namespace Rackboot.Talos.Api;

/// <summary>A part of the Kubernetes control plane that a node runs as a static pod.</summary>
/// <param name="Container">Its container, <c>kube-apiserver</c>.</param>
/// <param name="Image">What runs, <c>registry.k8s.io/kube-apiserver:v1.36.3</c>.</param>
public sealed record StaticPod(string Container, string Image, bool Ready);
