using System.Collections.Immutable;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>Rotates the CAs and tokens of a running cluster without an outage, in Talos's order (siderolabs/talos pkg/rotate/pki):
/// the new CA is accepted everywhere, then signs, then the old one is removed. A step begins only when every machine runs the previous one
/// and is ready.</summary>
public static class SecretsRotation
{
    private const string OnlyTokens =
        "new tokens need machines to restart, and upgrade.configuration is no-reboot; apply the cluster with auto";

    /// <summary>The steps for a target, in order.</summary>
    public static IReadOnlyList<string> Steps(RenewalTarget target) => target switch
    {
        RenewalTarget.Talos =>
        [
            "the Talos API of every machine accepts a new CA as well as the old one",
            "the new CA signs the certificates of the Talos API; the old one is still accepted",
            "the old CA of the Talos API is removed; earlier talosconfigs are no longer valid",
        ],
        RenewalTarget.Kubernetes =>
        [
            "Kubernetes on every machine accepts a new CA as well as the old one",
            "the new CA signs the certificates of Kubernetes, the old one is still accepted; kubelets restart",
            "the old CA of Kubernetes is removed; earlier kubeconfigs are no longer valid",
        ],
        _ => ["every machine has new tokens for trustd and for joining kubelets; machines restart one by one where Talos needs that"],
    };

    /// <summary>The progress of a rotation: <c>step 2 of 3: …</c>.</summary>
    public static string Where(RenewalMemory renewal) => renewal.Targets.IsEmpty
        ? "the last step is rolling out"
        : renewal.Done == 0
            ? $"next: {Steps(renewal.Targets[0])[0]}"
            : $"step {renewal.Done} of {Steps(renewal.Targets[0]).Count}: {Steps(renewal.Targets[0])[renewal.Done - 1]}";

    /// <summary>Why these cannot be rotated now; null if they can.</summary>
    public static string? Refusal(Cluster cluster, ClusterMemory memory, IReadOnlyCollection<RenewalTarget> targets)
    {
        if (memory is not { Bootstrap.Done: true, Restore: null })
            return $"cluster {cluster.Name} is not running yet; see what it waits for: rackboot cluster status {cluster.Name}";
        if (memory.Renewal is { } other)
            return $"a rotation is already in progress, {Where(other)}; follow it: rackboot cluster status {cluster.Name} --watch";
        if (memory.Rollout is { } rollout)
            return $"{ClusterWords.Of(rollout)} is in progress; wait for it: rackboot cluster status {cluster.Name} --watch";
        if (cluster.Changes == Talos.Api.ApplyMode.Staged)
            return "new secrets must reach running machines, and upgrade.configuration is staged; apply the cluster with auto";
        return cluster.Changes == Talos.Api.ApplyMode.NoReboot && targets.Contains(RenewalTarget.Tokens) ? OnlyTokens : null;
    }

    /// <summary>The secrets after the next step, and the remaining steps.</summary>
    internal static (ClusterSecrets Secrets, RenewalMemory Renewal) Next(
        ClusterSecrets secrets, RenewalMemory renewal, TalosRelease contract, DateTimeOffset now)
    {
        var target = renewal.Targets[0];
        var next = secrets;
        if (target == RenewalTarget.Tokens)
            next = SecretsRenewal.WithNewTokens(secrets);
        else
        {
            var authority = target == RenewalTarget.Talos ? RenewableAuthority.Os : RenewableAuthority.Kubernetes;
            string? error;
            if (!(renewal.Done == 0
                ? SecretsRenewal.TryBegin(secrets, authority, contract, now, out next, out error)
                : SecretsRenewal.TryAdvance(secrets, authority, out next, out error)))
                throw new ClusterNodeException(error!, permanent: true);
        }

        return (next, renewal.Done + 1 == Steps(target).Count
            ? renewal with { Targets = renewal.Targets.RemoveAt(0), Done = 0 }
            : renewal with { Done = renewal.Done + 1 });
    }

    internal static void Plan(Planning plan)
    {
        var mark = ConfigurationRollout.Mark(plan.Cluster, plan.Memory);
        if (plan.Memory.Renewal is not { } renewal || plan.Memory.Rollout is not null || plan.Memory.Configured != mark
            || plan.Steps.Count > 0)
            return;
        if (RolloutChecks.Unfit(plan, RolloutMemory.Nothing) is { } reason)
            plan.Wait(null, $"the rotation of secrets waits: {reason}", null,
                $"see what is wrong: rackboot cluster status {plan.Cluster.Name}");
        else
            plan.Steps.Add(renewal.Targets.IsEmpty ? new ClusterStep.RenewalDone() : new ClusterStep.AdvanceRenewal(mark));
    }
}
