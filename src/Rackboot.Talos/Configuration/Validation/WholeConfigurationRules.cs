namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Rules between documents (pkg/machinery/config/container/validate.go, validateContainer).</summary>
internal static class WholeConfigurationRules
{
    private static readonly string[] ControlPlaneOnly =
    [
        "KubeAdmissionControlConfig", "KubeAggregatorCAConfig", "KubeAPIServerConfig", "KubeAuditPolicyConfig", "KubeAuthenticationConfig",
        "KubeAuthorizerConfig",
        "KubeControllerManagerConfig", "KubeCoreDNSConfig", "KubeEtcdEncryptionConfig", "KubeFlannelCNIConfig", "KubeProxyConfig",
        "KubeSchedulerConfig",
        "KubeServiceAccountConfig", "KubeTalosAPIAccessConfig",
    ];

    public static void Apply(IReadOnlyList<(string Kind, Cursor Document)> documents, RuleContext context)
    {
        var legacy = context.Legacy;
        Dns(documents, context);
        Discovery(documents, context);
        ContainerRules.Dependencies([.. documents.Where(d => d.Kind == "ContainerConfig").Select(d => d.Document)]);
        EtcdEncryption(documents, context);
        KubernetesVersionRules.Apply(documents, context);
        foreach (var (kind, document) in documents.Where(d => Array.IndexOf(ControlPlaneOnly, d.Kind) >= 0))
            document.Refuse(!context.IsControlPlane, $"{kind} is allowed only on control plane machines");
    }

    private static void Dns(IReadOnlyList<(string Kind, Cursor Document)> documents, RuleContext context)
    {
        var resolver = Find(documents, "ResolverConfig");
        var dns = resolver is { } document && !document["hostDNS"].IsZero ? document["hostDNS"]
            : context.Legacy?["machine"]["features"]["hostDNS"];
        var at = dns is { Exists: true } found ? found : context.Legacy ?? documents[0].Document;
        var isOn = dns is { Exists: true } host && host["enabled"].IsTrue;
        var checksMode = context is not { IsBeforeDocuments: true, Legacy: null }; // to 1.13 only v1alpha1_validation.go did
        if (context.Options.Mode == RuntimeMode.Container && checksMode)
        {
            at.Refuse(!isOn, "a container needs hostDNS with enabled: true");
            at.Refuse(dns is not { Exists: true } forward || !forward["forwardKubeDNSToHost"].IsTrue,
                "a container needs hostDNS with forwardKubeDNSToHost: true");
        }

        if (resolver is { } servers && servers["nameservers"].Items.Any(s => s["protocol"].Text is "DoT" or "DoH"))
            servers.Refuse(!isOn, "DoT and DoH need hostDNS with enabled: true");
    }

    private static void Discovery(IReadOnlyList<(string Kind, Cursor Document)> documents, RuleContext context)
    {
        var legacy = context.Legacy;
        var old = legacy?["cluster"]["discovery"];
        var isOnInLegacy = old is { } discovery && discovery["enabled"].IsTrue && !discovery["registries"]["service"]["disabled"].IsTrue;
        var service = Find(documents, "DiscoveryServiceConfig");
        var identity = Find(documents, "DiscoveryIdentityConfig");
        if (service is { } document)
        {
            var hasId = identity is { } known ? !known["clusterID"].IsZero : legacy is { } cluster && !cluster["cluster"]["id"].IsZero;
            var hasSecret = identity is { } secret ? !secret["clusterSecret"].IsZero : legacy is { } config
                && !config["cluster"]["secret"].IsZero;
            document.Refuse(!hasId || !hasSecret,
                "needs the cluster's identity: a DiscoveryIdentityConfig, or cluster.id and cluster.secret");
        }

        var span = (context.IsBeforeDocuments ? null : Find(documents, "KubeSpanConfig")) ?? legacy?["machine"]["network"]["kubespan"];
        if (span is { } kubespan && kubespan["enabled"].IsTrue)
        {
            // v1alpha1_validation.go of 1.11 to 1.13: any registry will do, but the cluster needs its identity in each case.
            var isOn = context.IsBeforeDocuments ? old is { } cluster && cluster["enabled"].IsTrue : service is not null || isOnInLegacy;
            kubespan.Refuse(!isOn, "KubeSpan needs cluster discovery");
            kubespan.Refuse(context.IsBeforeDocuments && legacy is { } config
                && (config["cluster"]["id"].IsZero || config["cluster"]["secret"].IsZero), "KubeSpan needs cluster.id and cluster.secret");
        }
    }

    private static void EtcdEncryption(IReadOnlyList<(string Kind, Cursor Document)> documents, RuleContext context)
    {
        if (!context.IsControlPlane || context.IsBeforeDocuments || context.Legacy is not { } legacy)
            return;
        var cluster = legacy["cluster"];
        var runsApiServer = cluster["ca"].Exists || cluster["acceptedCAs"].Exists || Find(documents, "KubeAPIServerCAConfig") is not null;
        var encrypts = !cluster["secretboxEncryptionSecret"].IsZero || !cluster["aescbcEncryptionSecret"].IsZero
            || Find(documents, "KubeEtcdEncryptionConfig") is not null;
        (cluster.Exists ? cluster : legacy).Refuse(runsApiServer && !encrypts,
            "needs secretboxEncryptionSecret or a KubeEtcdEncryptionConfig, to encrypt Kubernetes secrets in etcd");
    }

    private static Cursor? Find(IReadOnlyList<(string Kind, Cursor Document)> documents, string kind)
    {
        foreach (var (known, document) in documents)
        {
            if (known == kind)
                return document;
        }

        return null;
    }
}
