using System.Text;
using Rackboot.Talos.Configuration.Yaml;
using Rackboot.Talos.Secrets;
using static Rackboot.Talos.Configuration.Generation.Tree;

namespace Rackboot.Talos.Configuration.Generation;

/// <summary>
/// The configuration of a role before any patch, as from talosctl gen config (pkg/machinery/config/generate at the
/// contracts 1.11 to 1.14, compared with config/types/v1alpha1/testdata/stability).
/// </summary>
public static class BaseConfiguration
{
    internal static readonly TalosRelease Documents = new(1, 14);
    internal static readonly TalosRelease NetworkDocuments = new(1, 12);

    /// <summary>Generates the base.</summary>
    /// <param name="settings">The cluster.</param>
    /// <param name="secrets">Its secrets. A worker gets no CA keys.</param>
    /// <param name="role">The machine's role.</param>
    /// <param name="mistakes">The errors in the settings.</param>
    /// <returns>The configuration; null if there are errors.</returns>
    public static MachineConfiguration? Generate(ClusterSettings settings, ClusterSecrets secrets, MachineRole role,
        List<ConfigurationMistake> mistakes)
    {
        List<YamlNode> documents = settings.Contract >= Documents
            ? [.. KubernetesDocuments.Generate(settings, secrets, role)]
            : [V1Alpha1(settings, secrets, role)];
        if (settings.Contract >= NetworkDocuments && settings.Contract < Documents)
            documents.Add(Document("HostnameConfig", ("auto", "stable")));
        var found = new List<ConfigurationMistake>();
        var configuration = MachineConfiguration.Read(documents, new ConfigurationOptions { Release = settings.Contract }, found);
        mistakes.AddRange(found);
        return found.Count == 0 ? configuration : null;
    }

    internal static YamlMapping Pair(CertificateAndKey pair, bool withKey) =>
        Map(("crt", Base64(pair.Certificate)), ("key", withKey ? Base64(pair.Key.Reveal()) : ""));

    internal static YamlSequence? Accepted(IReadOnlyList<string> certificates) =>
        certificates.Count == 0 ? null : List(certificates.Select(c => (object)Map(("crt", Base64(c)))));

    internal static string Base64(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));

    internal static string Endpoint(ClusterSettings settings) => settings.Endpoint.OriginalString.TrimEnd('/');

    internal static string Kubernetes(string component, ClusterSettings settings) => $"registry.k8s.io/{component}:{Version(settings)}";

    internal static string KubeletImage(ClusterSettings settings) => $"ghcr.io/siderolabs/kubelet:{Version(settings)}";

    private static string Version(ClusterSettings settings) => "v" + settings.KubernetesVersion.TrimStart('v');

    private static YamlMapping V1Alpha1(ClusterSettings settings, ClusterSecrets secrets, MachineRole role) => Map(
        ("version", "v1alpha1"), ("debug", false), ("persist", true), ("machine", Machine(settings, secrets, role)),
        ("cluster", Cluster(settings, secrets, role)));

    private static YamlMapping Machine(ClusterSettings settings, ClusterSecrets secrets, MachineRole role)
    {
        var isOld = settings.Contract < NetworkDocuments;
        var isControlPlane = role == MachineRole.ControlPlane;
        return Map(
            ("type", isControlPlane ? "controlplane" : "worker"),
            ("token", secrets.TrustdToken.Reveal()),
            ("ca", Pair(secrets.Os, isControlPlane)),
            ("acceptedCAs", Accepted(secrets.OsAccepted)),
            ("certSANs", settings.AdditionalNames),
            ("kubelet", Map(("image", KubeletImage(settings)), ("defaultRuntimeSeccompProfileEnabled", true),
                ("disableManifestsDirectory", true))),
            ("network", settings.Contract.Minor < 13 ? Map() : null),
            ("install", Map(("wipe", false), ("grubUseUKICmdline", isOld ? null : true))),
            ("features", Map(
                ("rbac", isOld ? true : null), ("stableHostname", isOld ? true : null), ("apidCheckExtKeyUsage", isOld ? true : null),
                ("diskQuotaSupport", true),
                ("kubePrism", Map(("enabled", true), ("port", 7445))),
                ("hostDNS", Map(("enabled", true), ("forwardKubeDNSToHost", true))))),
            ("nodeLabels", isControlPlane ? Map(("node.kubernetes.io/exclude-from-external-load-balancers", "")) : null));
    }

    private static YamlMapping Cluster(ClusterSettings settings, ClusterSecrets secrets, MachineRole role)
    {
        var cluster = Map(
            ("id", secrets.ClusterId), ("secret", secrets.ClusterSecret.Reveal()), ("controlPlane", Map(("endpoint", Endpoint(settings)))),
            ("clusterName", settings.Name),
            ("network", Map(("dnsDomain", settings.DnsDomain), ("podSubnets", settings.PodSubnets),
                ("serviceSubnets", settings.ServiceSubnets))),
            ("token", secrets.BootstrapToken.Reveal()), ("ca", Pair(secrets.K8s, role == MachineRole.ControlPlane)),
            ("acceptedCAs", Accepted(secrets.K8sAccepted)),
            ("discovery", Map(("enabled", settings.Discovery),
                ("registries", settings.Discovery ? Map(("kubernetes", Map(("disabled", true))), ("service", Map())) : null))));
        if (role == MachineRole.ControlPlane)
            cluster.Entries.AddRange(ControlPlane(settings, secrets).Entries);
        return cluster;
    }

    private static YamlMapping ControlPlane(ClusterSettings settings, ClusterSecrets secrets)
    {
        var isOld = settings.Contract < NetworkDocuments;
        IEnumerable<string> names = isOld ? settings.AdditionalNames.Append(settings.Endpoint.Host) : settings.AdditionalNames;
        return Map(
            ("secretboxEncryptionSecret", secrets.SecretboxEncryptionSecret?.Reveal()),
            ("aescbcEncryptionSecret", secrets.AescbcEncryptionSecret?.Reveal()),
            ("aggregatorCA", Pair(secrets.K8sAggregator, withKey: true)),
            ("serviceAccount", Map(("key", Base64(secrets.K8sServiceAccount.Reveal())))),
            ("apiServer", Map(
                ("image", Kubernetes("kube-apiserver", settings)), ("certSANs", names.Any() ? names : null),
                ("disablePodSecurityPolicy", isOld ? true : null),
                ("admissionControl", List(Map(("name", "PodSecurity"), ("configuration", PodSecurity())))),
                ("auditPolicy", AuditPolicy()))),
            ("controllerManager", Map(("image", Kubernetes("kube-controller-manager", settings)))),
            ("proxy", Map(("image", Kubernetes("kube-proxy", settings)))),
            ("scheduler", Map(("image", Kubernetes("kube-scheduler", settings)))),
            ("etcd", Map(("ca", Pair(secrets.Etcd, withKey: true)))),
            ("allowSchedulingOnControlPlanes", settings.AllowSchedulingOnControlPlanes ? true : null));
    }

    internal static YamlMapping PodSecurity() => Map(
        ("apiVersion", "pod-security.admission.config.k8s.io/v1alpha1"), ("kind", "PodSecurityConfiguration"),
        ("defaults", Map(("enforce", "baseline"), ("enforce-version", "latest"), ("audit", "restricted"), ("audit-version", "latest"),
            ("warn", "restricted"), ("warn-version", "latest"))),
        ("exemptions", Map(("usernames", List()), ("runtimeClasses", List()), ("namespaces", List("kube-system")))));

    internal static YamlMapping AuditPolicy() => Map(("apiVersion", "audit.k8s.io/v1"), ("kind", "Policy"),
        ("rules", List(Map(("level", "Metadata")))));
}
