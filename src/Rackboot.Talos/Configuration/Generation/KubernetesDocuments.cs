using Rackboot.Talos.Configuration.Yaml;
using Rackboot.Talos.Secrets;
using static Rackboot.Talos.Configuration.Generation.BaseConfiguration;
using static Rackboot.Talos.Configuration.Generation.Tree;

namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The base configuration of the contract 1.14: a short v1alpha1 document and a document for each part.</summary>
internal static class KubernetesDocuments
{
    private const string ControlPlaneLabel = "node-role.kubernetes.io/control-plane";

    public static IEnumerable<YamlNode> Generate(ClusterSettings settings, ClusterSecrets secrets, MachineRole role)
    {
        var isControlPlane = role == MachineRole.ControlPlane;
        yield return V1Alpha1(settings, secrets, isControlPlane);
        if (settings.Discovery)
            yield return Document("DiscoveryServiceConfig", ("name", "default"), ("endpoint", "https://discovery.talos.dev/"));
        yield return Document("DiscoveryIdentityConfig", ("clusterID", secrets.ClusterId),
            ("clusterSecret", secrets.ClusterSecret.Reveal()));
        yield return Document("ResolverConfig", ("hostDNS", Map(("enabled", true), ("forwardKubeDNSToHost", true))));
        yield return Document("VolumeConfig", ("name", "EPHEMERAL"), ("mount", Map(("secure", true))));
        yield return Document("FilesystemTrimConfig", ("interval", "168h0m0s"));
        yield return Document("SecurityProfileConfig", ("workloadIsolation", true));
        yield return Document("HostnameConfig", ("auto", "stable"));
        yield return Document("KubeClusterConfig", ("clusterName", settings.Name), ("endpoint", Endpoint(settings)));
        yield return Node(settings, isControlPlane);
        yield return Document("KubeletConfig", ("image", KubeletImage(settings)), ("defaultRuntimeSeccompProfileEnabled", true));
        yield return Document("KubeNetworkConfig", ("dnsDomain", settings.DnsDomain), ("podSubnets", settings.PodSubnets),
            ("serviceSubnets", settings.ServiceSubnets));
        yield return isControlPlane
            ? Document("KubeAPIServerCAConfig", ("issuingCA", Plain(secrets.K8s)),
                ("acceptedCAs", secrets.K8sAccepted.Count > 0 ? secrets.K8sAccepted : null))
            : Document("KubeAPIServerCAConfig", ("acceptedCAs", secrets.K8sAccepted.Prepend(secrets.K8s.Certificate)));
        yield return Document("KubePrismConfig", ("port", 7445));
        foreach (var document in isControlPlane ? ControlPlane(settings, secrets) : [])
            yield return document;
    }

    private static YamlMapping V1Alpha1(ClusterSettings settings, ClusterSecrets secrets, bool isControlPlane) => Map(
        ("version", "v1alpha1"), ("debug", false), ("persist", true),
        ("machine", Map(
            ("type", isControlPlane ? "controlplane" : "worker"), ("token", secrets.TrustdToken.Reveal()),
            ("ca", Pair(secrets.Os, isControlPlane)),
            ("acceptedCAs", Accepted(secrets.OsAccepted)), ("certSANs", settings.AdditionalNames),
            ("features", Map(("diskQuotaSupport", true))))),
        ("cluster", Map(("token", secrets.BootstrapToken.Reveal()),
            ("etcd", isControlPlane ? Map(("ca", Pair(secrets.Etcd, withKey: true))) : null))));

    private static YamlMapping Node(ClusterSettings settings, bool isControlPlane) => Document(
        "KubeNodeConfig",
        ("labels", isControlPlane ? Map((ControlPlaneLabel, ""), ("node.kubernetes.io/exclude-from-external-load-balancers", "")) : null),
        ("taints", isControlPlane && !settings.AllowSchedulingOnControlPlanes ? Map((ControlPlaneLabel, "NoSchedule")) : null));

    private static IEnumerable<YamlNode> ControlPlane(ClusterSettings settings, ClusterSecrets secrets)
    {
        yield return Document("KubeAggregatorCAConfig", ("issuingCA", Plain(secrets.K8sAggregator)));
        yield return Document("KubeAdmissionControlConfig", ("name", "PodSecurity"), ("configuration", PodSecurity()));
        yield return Document("KubeAuditPolicyConfig", ("configuration", AuditPolicy()));
        yield return Document("KubeAuthenticationConfig", ("configuration", Map(
            ("anonymous",
                Map(("enabled", true), ("conditions", List(Map(("path", "/livez")), Map(("path", "/readyz")), Map(("path", "/healthz")))))),
                ("jwt", List()))));
        yield return Document("KubeAuthorizerConfig", ("name", "node"), ("type", "Node"));
        yield return Document("KubeAuthorizerConfig", ("name", "rbac"), ("type", "RBAC"));
        yield return Document("KubeEtcdEncryptionConfig", ("config", Encryption(secrets)));
        yield return Document("KubeServiceAccountConfig",
            ("issuer", Map(("privateKey", secrets.K8sServiceAccount.Reveal()), ("issuerURL", Endpoint(settings)))));
        yield return Document("KubeAPIServerConfig", ("image", Kubernetes("kube-apiserver", settings)),
            ("certExtraSANs", settings.AdditionalNames.Count > 0 ? settings.AdditionalNames : null));
        yield return Document("KubeControllerManagerConfig", ("image", Kubernetes("kube-controller-manager", settings)));
        yield return Document("KubeSchedulerConfig", ("image", Kubernetes("kube-scheduler", settings)));
        yield return Document("KubeProxyConfig", ("image", Kubernetes("kube-proxy", settings)));
        yield return Document("KubeFlannelCNIConfig", ("backendType", "vxlan"), ("backendPort", 4789));
        yield return Document("KubeCoreDNSConfig", ("enabled", true));
    }

    // Key names as in the older shape in etcd: pkg/machinery/config/generate/kubernetes.go.
    private static YamlMapping Encryption(ClusterSecrets secrets)
    {
        var (provider, key, secret) = secrets.SecretboxEncryptionSecret is { } secretbox ? ("secretbox", "key2", secretbox.Reveal())
            : ("aescbc", "key1", secrets.AescbcEncryptionSecret?.Reveal() ?? "");
        var keys = Map((provider, Map(("keys", List(Map(("name", key), ("secret", secret)))))));
        return Map(("resources", List(Map(("providers", List(keys)), ("resources", List("secrets"))))));
    }

    private static YamlMapping Plain(CertificateAndKey pair) => Map(("cert", pair.Certificate), ("key", pair.Key.Reveal()));
}
