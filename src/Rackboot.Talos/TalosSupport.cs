using Rackboot.Talos.Configuration;

namespace Rackboot.Talos;

/// <summary>Which releases go together (siderolabs/talos pkg/machinery/compatibility, by tag).</summary>
public static class TalosSupport
{
    // Each Talos release runs six minor releases of Kubernetes, and the range moves by one with each.
    private const int FirstTalos = 11;
    private const int OldestKubernetesOfFirst = 29;
    private const int Range = 6;

    /// <summary>Why this release of Kubernetes does not run on this release of Talos; null if it does, or if this Talos is newer than what
    /// is known here.</summary>
    public static string? KubernetesMistake(string talos, string kubernetes)
    {
        if (!TryMinor(talos, out var t) || !TryMinor(kubernetes, out var k) || t is < FirstTalos or > 14)
            return null;
        var oldest = OldestKubernetesOfFirst + t - FirstTalos;
        return k >= oldest && k < oldest + Range
            ? null
            : $"Talos 1.{t} runs Kubernetes 1.{oldest} to 1.{oldest + Range - 1}, not {kubernetes}";
    }

    /// <summary>Why a machine cannot go from one release of Talos to another at once; null if it can. An installer upgrades machines that
    /// run it or one of the two minor releases before.</summary>
    public static string? UpgradeMistake(string from, string to)
    {
        if (!TryMinor(from, out var old) || !TryMinor(to, out var @new))
            return null;
        return @new - old > 2 ? $"Talos {to} upgrades machines from 1.{@new - 2} on, and these run {from}; upgrade to v1.{old + 2} first"
            : @new < old ? $"going back from {from} to {to} by an upgrade is not supported across minor releases; reinstall the machines, "
                + "or restore a snapshot"
            : null;
    }

    /// <summary>Why Kubernetes cannot go from one release to another at once; null if it can. It takes one minor release at a time
    /// (siderolabs/talos pkg/cluster/kubernetes/upgrade.go).</summary>
    public static string? KubernetesUpgradeMistake(string from, string to)
    {
        if (!TryMinor(from, out var old) || !TryMinor(to, out var @new))
            return null;
        return @new - old > 1 ? $"Kubernetes is upgraded one minor release at a time; go from {from} to v1.{old + 1} first"
            : @new < old ? $"Kubernetes does not go back from {from} to {to}"
            : null;
    }

    // Kubernetes writes its releases as Talos does.
    private static bool TryMinor(string version, out int minor)
    {
        minor = TalosRelease.TryParse(version, out var release) ? release.Minor : 0;
        return release.Major == 1;
    }
}
