using Rackboot.Talos.Configuration;

namespace Rackboot.Talos;

/// <summary>Compatible releases (siderolabs/talos pkg/machinery/compatibility, by tag).</summary>
public static class TalosSupport
{
    // Each Talos release supports six minor releases of Kubernetes; the range moves up by one with each release.
    private const int FirstTalos = 11;
    private const int OldestKubernetesOfFirst = 29;
    private const int Range = 6;

    /// <summary>Why this Talos release does not support this Kubernetes release; null if it does, or if the Talos release is newer than
    /// this table.</summary>
    public static string? KubernetesMistake(string talos, string kubernetes)
    {
        if (!TryMinor(talos, out var t) || !TryMinor(kubernetes, out var k) || t is < FirstTalos or > 14)
            return null;
        var oldest = OldestKubernetesOfFirst + t - FirstTalos;
        return k >= oldest && k < oldest + Range
            ? null
            : $"Talos 1.{t} supports Kubernetes 1.{oldest} to 1.{oldest + Range - 1}, not {kubernetes}";
    }

    /// <summary>Why a machine cannot be upgraded from one Talos release to another directly; null if it can. An installer upgrades
    /// machines with its own minor release or one of the two before.</summary>
    public static string? UpgradeMistake(string from, string to)
    {
        if (!TryMinor(from, out var old) || !TryMinor(to, out var @new))
            return null;
        return @new - old > 2 ? $"Talos {to} upgrades machines from 1.{@new - 2} on, but these run {from}; upgrade to v1.{old + 2} first"
            : @new < old ? $"Talos does not support a downgrade across minor releases, from {from} to {to}; reinstall the machines, "
                + "or restore a snapshot"
            : null;
    }

    /// <summary>Why Kubernetes cannot be upgraded from one release to another directly; null if it can. One minor release at a time
    /// (siderolabs/talos pkg/cluster/kubernetes/upgrade.go).</summary>
    public static string? KubernetesUpgradeMistake(string from, string to)
    {
        if (!TryMinor(from, out var old) || !TryMinor(to, out var @new))
            return null;
        return @new - old > 1 ? $"Kubernetes upgrades one minor release at a time; upgrade from {from} to v1.{old + 1} first"
            : @new < old ? $"Kubernetes cannot be downgraded from {from} to {to}"
            : null;
    }

    // Kubernetes release numbers have the same form.
    private static bool TryMinor(string version, out int minor)
    {
        minor = TalosRelease.TryParse(version, out var release) ? release.Minor : 0;
        return release.Major == 1;
    }
}
