using System.Globalization;

namespace Rackboot.Talos.Images;

/// <summary>The container images of a cluster with a Talos and a Kubernetes release: what <c>talosctl image default</c>
/// lists.</summary>
public static class TalosImages
{
    // siderolabs/talos pkg/images/list.go and pkg/machinery/constants/constants.go of each tag with a change, and of the
    // newest checked tag of each line. Flannel has had tags without "v" since v1.13.7.
    private static readonly Release[] Releases =
    [
        new("v1.9.0", "gcr.io/etcd-development/etcd:v3.5.17", "v1.12.0", "v0.26.1", "3.10", null),
        new("v1.9.3", "gcr.io/etcd-development/etcd:v3.5.18", "v1.12.0", "v0.26.1", "3.10", null),
        new("v1.9.4", "gcr.io/etcd-development/etcd:v3.5.18", "v1.12.0", "v0.26.4", "3.10", null),
        new("v1.9.5", "gcr.io/etcd-development/etcd:v3.5.19", "v1.12.0", "v0.26.5", "3.10", null),
        new("v1.9.6", "gcr.io/etcd-development/etcd:v3.5.21", "v1.12.0", "v0.26.5", "3.10", null),
        new("v1.10.0", "gcr.io/etcd-development/etcd:v3.5.21", "v1.12.1", "v0.26.7", "3.10", null),
        new("v1.10.9", "gcr.io/etcd-development/etcd:v3.5.26", "v1.12.1", "v0.26.7", "3.10", null),
        new("v1.11.0", "gcr.io/etcd-development/etcd:v3.6.4", "v1.12.2", "v0.27.2", "3.10", null),
        new("v1.11.1", "gcr.io/etcd-development/etcd:v3.6.4", "v1.12.3", "v0.27.2", "3.10", null),
        new("v1.11.3", "gcr.io/etcd-development/etcd:v3.6.5", "v1.12.4", "v0.27.4", "3.10", null),
        new("v1.11.6", "gcr.io/etcd-development/etcd:v3.6.5", "v1.12.4", "v0.27.4", "3.10", null),
        new("v1.12.0", "registry.k8s.io/etcd:v3.6.7", "v1.13.2", "v0.27.4", "3.10", null),
        new("v1.12.5", "registry.k8s.io/etcd:v3.6.8", "v1.13.2", "v0.27.4", "3.10", null),
        new("v1.12.7", "registry.k8s.io/etcd:v3.6.9", "v1.13.2", "v0.27.4", "3.10", null),
        new("v1.12.8", "registry.k8s.io/etcd:v3.6.11", "v1.14.3", "v0.27.4", "3.10.1", null),
        new("v1.12.9", "registry.k8s.io/etcd:v3.6.11", "v1.14.2", "v0.27.4", "3.10.1", null),
        new("v1.12.11", "registry.k8s.io/etcd:v3.6.11", "v1.14.2", "v0.27.4", "3.10.1", null),
        new("v1.13.0", "registry.k8s.io/etcd:v3.6.9", "v1.14.2", "v0.28.4", "3.10.1", "v1.0.0"),
        new("v1.13.1", "registry.k8s.io/etcd:v3.6.11", "v1.14.2", "v0.28.4", "3.10.1", "v1.0.0"),
        new("v1.13.4", "registry.k8s.io/etcd:v3.6.12", "v1.14.2", "v0.28.5", "3.10.1", "v1.0.0"),
        new("v1.13.7", "registry.k8s.io/etcd:v3.6.12", "v1.14.4", "0.28.7", "3.10.1", "v1.1.0"),
        new("v1.13.8", "registry.k8s.io/etcd:v3.6.12", "v1.14.6", "0.28.8", "3.10.1", "v1.1.0"),
        new("v1.13.9", "registry.k8s.io/etcd:v3.6.12", "v1.14.6", "0.28.8", "3.10.1", "v1.1.0"),
        new("v1.14.0-alpha.0", "registry.k8s.io/etcd:v3.6.9", "v1.14.2", "v0.28.4", "3.10.1", "v1.0.0"),
        new("v1.14.0-alpha.1", "registry.k8s.io/etcd:v3.6.11", "v1.14.2", "v0.28.4", "3.10.2", "v1.0.0"),
        new("v1.14.0-alpha.2", "registry.k8s.io/etcd:3.7.0-rc.0-0", "v1.14.2", "v0.28.5", "3.10.2", "v1.0.0"),
        new("v1.14.0-beta.0", "registry.k8s.io/etcd:v3.7.0", "v1.14.6", "0.28.8", "3.10.2", "v1.1.0"),
        new("v1.14.0-beta.1", "registry.k8s.io/etcd:3.7.1", "v1.14.6", "0.28.8", "3.10.2", "v1.1.0"),
        new("v1.14.0-rc.1", "registry.k8s.io/etcd:3.7.1", "v1.14.6", "0.28.9", "3.10.2", "v1.1.1"),
    ];

    /// <summary>The newest release with known images.</summary>
    public static string Newest => Releases[^1].Version;

    /// <summary>The images, without the installer, whose name depends on the schematic.</summary>
    /// <param name="kubernetes"><c>v1.36.3</c>.</param>
    /// <param name="images">Empty if the release is older or newer than all known ones.</param>
    /// <param name="exact">Whether exactly this release is known; if not, the images are those of the release before.</param>
    public static bool TryList(string talos, string kubernetes, out IReadOnlyList<string> images, out bool exact)
    {
        images = [];
        var wanted = Order(talos);
        var line = Releases.Where(r => Order(r.Version).AsSpan(0, 2).SequenceEqual(wanted.AsSpan(0, 2))).ToList();
        var release = line.LastOrDefault(r => Compare(Order(r.Version), wanted) <= 0) ?? line.FirstOrDefault();
        exact = release is not null && Compare(wanted, Order(line[^1].Version)) <= 0;
        if (release is null)
            return false;
        images =
        [
            $"ghcr.io/siderolabs/flannel:{release.Flannel}",
            $"ghcr.io/siderolabs/kubelet:{kubernetes}",
            $"registry.k8s.io/coredns/coredns:{release.CoreDns}",
            release.Etcd,
            $"registry.k8s.io/kube-apiserver:{kubernetes}",
            $"registry.k8s.io/kube-controller-manager:{kubernetes}",
            $"registry.k8s.io/kube-proxy:{kubernetes}",
            $"registry.k8s.io/kube-scheduler:{kubernetes}",
            .. release.NetworkPolicies is { } policies ? [$"registry.k8s.io/networking/kube-network-policies:{policies}"] : (string[])[],
            $"registry.k8s.io/pause:{release.Pause}",
        ];
        return true;
    }

    /// <summary>Whether this Talos release supports this Kubernetes release: each supports six minor releases (siderolabs/talos
    /// pkg/machinery/compatibility).</summary>
    public static bool Runs(string talos, string kubernetes) =>
        Order(talos)[1] is var minor && Order(kubernetes)[1] is var other && other >= minor + 18 && other <= minor + 23;

    // Major, minor, patch; alphas, betas and candidates come before their release.
    private static int[] Order(string version)
    {
        var (numbers, stage) = version.TrimStart('v').Split('-', 2) is [var n, var s] ? (n, s) : (version.TrimStart('v'), "");
        var parts = numbers.Split('.')
            .Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Concat([0, 0, 0])
            .Take(3);
        var (word, count) = stage.Split('.', 2) is [var w, var c] ? (w, c) : (stage, "0");
        var rank = word switch { "" => 9, "alpha" => 1, "beta" => 2, "rc" => 3, _ => 0 };
        return [.. parts, rank, int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var nth) ? nth : 0];
    }

    private static int Compare(int[] a, int[] b) => a.AsSpan().SequenceCompareTo(b);

    private sealed record Release(string Version, string Etcd, string CoreDns, string Flannel, string Pause, string? NetworkPolicies);
}
