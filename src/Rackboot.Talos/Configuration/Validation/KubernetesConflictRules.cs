namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Kubernetes documents that repeat settings of the v1alpha1 document (the V1Alpha1ConflictValidate methods of
/// pkg/machinery/config/types/k8s).</summary>
internal static class KubernetesConflictRules
{
    /// <summary>Places in the v1alpha1 document that must be absent if a document of this kind exists.</summary>
    private static readonly Dictionary<string, string[]> Places = new()
    {
        ["KubeAggregatorCAConfig"] = ["cluster.aggregatorCA"],
        ["KubeAPIServerConfig"] = ["cluster.apiServer"],
        ["KubeAPIServerCAConfig"] = ["cluster.ca"],
        ["KubeControllerManagerConfig"] = ["cluster.controllerManager", "machine.controlPlane.controllerManager"],
        ["KubeCoreDNSConfig"] = ["cluster.coreDNS"],
        ["KubeCredentialProviderConfig"] = ["machine.kubelet"],
        ["KubeFlannelCNIConfig"] = ["cluster.network"],
        ["KubeletConfig"] = ["machine.kubelet"],
        ["KubeNetworkConfig"] = ["cluster.network"],
        ["KubeNodeConfig"] =
        [
            "cluster.allowSchedulingOnControlPlanes", "cluster.allowSchedulingOnMasters", "machine.kubelet.skipNodeRegistration",
            "machine.kubelet.registerWithFQDN",
            "machine.kubelet.nodeIP", "machine.nodeLabels", "machine.nodeAnnotations", "machine.nodeTaints",
        ],
        ["KubePrismConfig"] = ["machine.features.kubePrism"],
        ["KubeProxyConfig"] = ["cluster.proxy"],
        ["KubeSchedulerConfig"] = ["cluster.scheduler", "machine.controlPlane.scheduler"],
        ["KubeServiceAccountConfig"] = ["cluster.serviceAccount"],
        ["KubeSpanConfig"] = ["machine.network.kubespan"],
        ["KubeTalosAPIAccessConfig"] = ["machine.features.kubernetesTalosAPIAccess"],
    };

    /// <summary>Places that must be empty or zero.</summary>
    private static readonly Dictionary<string, string[]> Values = new()
    {
        ["KubeAdmissionControlConfig"] = ["cluster.apiServer.admissionControl"],
        ["KubeAuthorizerConfig"] = ["cluster.apiServer.admissionControl"],
        ["KubeAPIServerConfig"] = ["cluster.controlPlane.localAPIServerPort"],
        ["KubeAuditPolicyConfig"] = ["cluster.apiServer.auditPolicy"],
        ["KubeClusterConfig"] = ["cluster.clusterName"],
        ["KubeEtcdEncryptionConfig"] = ["cluster.secretboxEncryptionSecret", "cluster.aescbcEncryptionSecret"],
    };

    public static void Check(string kind, Cursor document, Cursor legacy)
    {
        foreach (var place in Places.GetValueOrDefault(kind, []))
            document.Refuse(At(legacy, place).Exists, $"{place} is set in the v1alpha1 document; remove it there");
        foreach (var place in Values.GetValueOrDefault(kind, []))
            document.Refuse(!At(legacy, place).IsZero, $"{place} is set in the v1alpha1 document; remove it there");
        if (kind == "KubeClusterConfig")
            document.Refuse(legacy["cluster"]["controlPlane"]["endpoint"].Exists,
                "cluster.controlPlane.endpoint is set in the v1alpha1 document; remove it there");
    }

    private static Cursor At(Cursor legacy, string place)
    {
        foreach (var key in place.Split('.'))
            legacy = legacy[key];
        return legacy;
    }
}
