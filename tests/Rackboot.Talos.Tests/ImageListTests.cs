using Rackboot.Talos.Images;

namespace Rackboot.Talos.Tests;

/// <summary>Which images a cluster pulls.</summary>
public sealed class ImageListTests
{
    // What talosctl image default of v1.13.9 prints, without the installer (siderolabs/talos pkg/images/list.go at v1.13.9).
    [Fact]
    public void The_images_are_those_that_talosctl_lists()
    {
        Assert.True(TalosImages.TryList("v1.13.9", "v1.36.3", out var images, out var exact));
        Assert.True(exact);
        Assert.Equal(
        [
            "ghcr.io/siderolabs/flannel:0.28.8", "ghcr.io/siderolabs/kubelet:v1.36.3", "registry.k8s.io/coredns/coredns:v1.14.6",
            "registry.k8s.io/etcd:v3.6.12", "registry.k8s.io/kube-apiserver:v1.36.3", "registry.k8s.io/kube-controller-manager:v1.36.3",
            "registry.k8s.io/kube-proxy:v1.36.3", "registry.k8s.io/kube-scheduler:v1.36.3",
            "registry.k8s.io/networking/kube-network-policies:v1.1.0", "registry.k8s.io/pause:3.10.1",
        ], images);
    }

    [Theory]
    [InlineData("v1.11.2", "gcr.io/etcd-development/etcd:v3.6.4", true)]
    [InlineData("v1.11.5", "gcr.io/etcd-development/etcd:v3.6.5", true)]
    [InlineData("v1.12.4", "registry.k8s.io/etcd:v3.6.7", true)]
    [InlineData("v1.13.0-beta.0", "registry.k8s.io/etcd:v3.6.9", true)]
    [InlineData("v1.13.10", "registry.k8s.io/etcd:v3.6.12", false)]
    [InlineData("v1.14.0-rc.1", "registry.k8s.io/etcd:3.7.1", true)]
    [InlineData("v1.14.0", "registry.k8s.io/etcd:3.7.1", false)]
    public void A_release_has_the_images_of_the_last_change_before_it(string talos, string etcd, bool exact)
    {
        Assert.True(TalosImages.TryList(talos, "v1.34.0", out var images, out var known));
        Assert.Contains(etcd, images);
        Assert.Equal(exact, known);
    }

    [Theory]
    [InlineData("v1.8.0")]
    [InlineData("v1.15.0")]
    [InlineData("v2.0.0")]
    public void Of_a_release_that_is_not_known_nothing_is_guessed(string talos) =>
        Assert.False(TalosImages.TryList(talos, "v1.36.3", out _, out _));

    // ../shared/TALOS.md §8: 1.12 runs 1.30-1.35, 1.13 1.31-1.36, 1.14 1.32-1.37.
    [Theory]
    [InlineData("v1.12.0", 30, 35)]
    [InlineData("v1.13.9", 31, 36)]
    [InlineData("v1.14.0", 32, 37)]
    public void A_release_runs_six_minor_releases_of_Kubernetes(string talos, int first, int last)
    {
        Assert.True(TalosImages.Runs(talos, $"v1.{first}.0") && TalosImages.Runs(talos, $"v1.{last}.9"));
        Assert.False(TalosImages.Runs(talos, $"v1.{first - 1}.0") || TalosImages.Runs(talos, $"v1.{last + 1}.0"));
    }
}
