namespace Rackboot.Talos.Api;

/// <summary>A Kubernetes control-plane component that a node runs as a static pod.</summary>
/// <param name="Container">Its container, <c>kube-apiserver</c>.</param>
/// <param name="Image">Its running image, <c>registry.k8s.io/kube-apiserver:v1.36.3</c>.</param>
public sealed record StaticPod(string Container, string Image, bool Ready);
