using System.Net;
using Rackboot.Contracts;
using Rackboot.Core.Clusters;
using Rackboot.Core.Events;
using Rackboot.Daemon.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Daemon.Clusters;

/// <summary>Issues a cluster's client files. Each issue is an event with the user's name; the issued file is not stored.</summary>
internal sealed class ClusterAccess(ClusterBook book, ClusterReconciler reconciler, EventLog events, TimeProvider time)
{
    private static readonly Dictionary<string, TalosRole> Roles = new()
    {
        ["admin"] = TalosRole.Admin, ["operator"] = TalosRole.Operator, ["reader"] = TalosRole.Reader,
        ["etcd-backup"] = TalosRole.EtcdBackup,
    };

    public ClusterAccessFile? Mint(Core.Clusters.Cluster cluster, ClusterAccessOrder order, string by, List<ProblemError> errors)
    {
        var role = TalosRole.Admin;
        if (order.Role is { } word && !Roles.TryGetValue(word, out role))
            errors.Add(new("/role", $"\"{word}\" is not a role; allowed: {string.Join(", ", Roles.Keys)}"));
        var lifetime = ClientConfigs.DefaultLifetime;
        if (order.Lifetime is { } text && !Durations.TryRead(text, out lifetime))
            errors.Add(new("/lifetime", $"\"{text}\" is not a time; allowed: like 12h or 30m"));
        if (errors.Count > 0 || book.Secrets(cluster.Name) is not { } secrets)
            return null;
        var answer = order.Kind switch
        {
            ClusterAccessKind.Secrets => new ClusterAccessFile(SecretsFile.Write(secrets).Reveal(), null),
            ClusterAccessKind.Kubeconfig => Kubeconfig(cluster, secrets, lifetime, errors),
            _ => Talosconfig(cluster, secrets, role, lifetime, errors),
        };
        if (answer is not null)
            events.Add("cluster.access", Level.Info, null, null,
                $"{order.Kind.ToString().ToLowerInvariant()} of cluster {cluster.Name} given to "
                    + $"{by}{(answer.Ends is { } ends ? $", good until {ends:u}" : "")}");
        return answer;
    }

    private ClusterAccessFile? Kubeconfig(
        Core.Clusters.Cluster cluster, ClusterSecrets secrets, TimeSpan lifetime, List<ProblemError> errors)
    {
        if (ClientConfigs.TryMintKubeconfig(
            secrets, cluster.Name, cluster.Endpoint, lifetime, time.GetUtcNow(), out var minted, out var error))
            return new ClusterAccessFile(minted!.Text.Reveal(), minted.Ends);
        errors.Add(new("", error!));
        return null;
    }

    private ClusterAccessFile? Talosconfig(
        Core.Clusters.Cluster cluster, ClusterSecrets secrets, TalosRole role, TimeSpan lifetime, List<ProblemError> errors)
    {
        var control = reconciler.View(cluster.Name)?.Seen.ControlPlane.Select(m => m.Address).OfType<IPAddress>().Select(a => a.ToString())
            .ToList() ?? [];
        if (ClientConfigs.TryMintTalosconfig(
            secrets, cluster.Name, control, control, [role], lifetime, time.GetUtcNow(), out var minted, out var error))
            return new ClusterAccessFile(minted!.Text.Reveal(), minted.Ends);
        errors.Add(new("", error!));
        return null;
    }
}
