namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The rules of each kind of document. Kinds not listed have none.</summary>
internal static class DocumentRules
{
    public delegate void Rule(Cursor document, RuleContext context);

    public delegate void Conflict(Cursor document, Cursor legacy);

    private static readonly Dictionary<string, Rule> Rules = new()
    {
        ["v1alpha1"] = MachineRules.Config,
        ["BGPInstanceConfig"] = BgpRules.Instance,
        ["BlackholeRouteConfig"] = NetworkRules.BlackholeRoute,
        ["BondConfig"] = LinkRules.Bond,
        ["BridgeConfig"] = LinkRules.Named,
        ["ContainerConfig"] = ContainerRules.Container,
        ["CRIBaseRuntimeSpecConfig"] = RuntimeSpecRules.Document,
        ["CRICustomizationConfig"] = CriRules.Customization,
        ["DHCPv4Config"] = NetworkRules.Dhcp,
        ["DHCPv6Config"] = NetworkRules.Dhcp,
        ["DiscoveryIdentityConfig"] = ClusterDocumentRules.Identity,
        ["DiscoveryServiceConfig"] = ClusterDocumentRules.Service,
        ["DummyLinkConfig"] = LinkRules.Named,
        ["EnvironmentConfig"] = RuntimeRules.Environment,
        ["EtcFileConfig"] = RuntimeRules.EtcFile,
        ["EthernetConfig"] = RuntimeRules.Named,
        ["EventSinkConfig"] = RuntimeRules.EventSink,
        ["ExistingVolumeConfig"] = VolumeRules.Existing,
        ["ExtensionServiceConfig"] = RuntimeRules.ExtensionService,
        ["ExternalVolumeConfig"] = VolumeRules.External,
        ["FilesystemScrubConfig"] = VolumeRules.Scrub,
        ["FilesystemTrimConfig"] = VolumeRules.Trim,
        ["HCloudVIPConfig"] = NetworkRules.HCloudAddress,
        ["HostnameConfig"] = NetworkRules.Hostname,
        ["HTTPProbeConfig"] = NetworkRules.HttpProbe,
        ["ImageVerificationConfig"] = CriRules.ImageVerification,
        ["KernelModuleConfig"] = RuntimeRules.Named,
        ["KmsgLogConfig"] = RuntimeRules.KernelLog,
        ["KubeAdmissionControlConfig"] = RuntimeRules.Named,
        ["KubeAggregatorCAConfig"] = KubernetesRules.AggregatorCa,
        ["KubeAPIServerCAConfig"] = KubernetesRules.ApiServerCa,
        ["KubeAPIServerConfig"] = KubernetesRules.ApiServer,
        ["KubeAuthorizerConfig"] = KubernetesRules.Authorizer,
        ["KubeClusterConfig"] = KubernetesRules.Cluster,
        ["KubeControllerManagerConfig"] = KubernetesRules.Component,
        ["KubeEtcdEncryptionConfig"] = KubernetesRules.EtcdEncryption,
        ["KubeExternalManifestConfig"] = KubernetesRules.ExternalManifest,
        ["KubeFlannelCNIConfig"] = KubernetesRules.Flannel,
        ["KubeInlineManifestConfig"] = KubernetesRules.InlineManifest,
        ["KubeletConfig"] = KubernetesRules.Kubelet,
        ["KubeNetworkConfig"] = KubernetesRules.Network,
        ["KubeNodeConfig"] = KubernetesRules.Node,
        ["KubePrismConfig"] = KubernetesRules.KubePrism,
        ["KubeProxyConfig"] = KubernetesRules.Proxy,
        ["KubeSchedulerConfig"] = KubernetesRules.Component,
        ["KubeServiceAccountConfig"] = KubernetesRules.ServiceAccount,
        ["KubeSpanConfig"] = NetworkRules.KubeSpan,
        ["KubeStaticPodConfig"] = KubernetesRules.StaticPod,
        ["KubeTalosAPIAccessConfig"] = KubernetesRules.TalosApiAccess,
        ["Layer2VIPConfig"] = NetworkRules.VirtualAddress,
        ["LinkAliasConfig"] = LinkRules.Alias,
        ["LinkConfig"] = LinkRules.Named,
        ["LVMLogicalVolumeConfig"] = StorageRules.LogicalVolume,
        ["LVMVolumeGroupConfig"] = StorageRules.VolumeGroup,
        ["NetworkRuleConfig"] = NetworkRules.Rule,
        ["OOMConfig"] = RuntimeRules.OutOfMemory,
        ["RAIDArrayConfig"] = StorageRules.RaidArray,
        ["RawVolumeConfig"] = VolumeRules.Raw,
        ["RegistryAuthConfig"] = CriRules.Auth,
        ["RegistryMirrorConfig"] = CriRules.Mirror,
        ["RegistryTLSConfig"] = CriRules.Tls,
        ["ResolverConfig"] = NetworkRules.Resolver,
        ["RoutingRuleConfig"] = NetworkRules.RoutingRule,
        ["SideroLinkConfig"] = RuntimeRules.SideroLink,
        ["StaticHostConfig"] = NetworkRules.StaticHost,
        ["SwapVolumeConfig"] = VolumeRules.Raw,
        ["SysctlConfig"] = RuntimeRules.Parameters,
        ["SysfsConfig"] = RuntimeRules.Parameters,
        ["TCPProbeConfig"] = NetworkRules.TcpProbe,
        ["TimeSyncConfig"] = NetworkRules.TimeSync,
        ["TrustedRootsConfig"] = CriRules.TrustedRoots,
        ["UnattendedInstallConfig"] = RuntimeRules.UnattendedInstall,
        ["UserVolumeConfig"] = VolumeRules.User,
        ["VethConfig"] = LinkRules.Veth,
        ["VLANConfig"] = LinkRules.Vlan,
        ["VolumeConfig"] = VolumeRules.System,
        ["VRFConfig"] = LinkRules.Vrf,
        ["WatchdogTimerConfig"] = RuntimeRules.Watchdog,
        ["WireguardConfig"] = LinkRules.Wireguard,
        ["ZswapConfig"] = VolumeRules.Zswap,
    };

    private static readonly Dictionary<string, Conflict> Conflicts = new()
    {
        ["CRIBaseRuntimeSpecConfig"] = CriRules.BaseSpecConflict,
        ["DiscoveryIdentityConfig"] = ClusterDocumentRules.IdentityConflict,
        ["DiscoveryServiceConfig"] = ClusterDocumentRules.ServiceConflict,
        ["HostnameConfig"] = NetworkRules.HostnameConflict,
        ["ImageCacheConfig"] = CriRules.ImageCacheConflict,
        ["ResolverConfig"] = NetworkRules.ResolverConflict,
        ["TimeSyncConfig"] = NetworkRules.TimeSyncConflict,
        ["UnattendedInstallConfig"] = RuntimeRules.UnattendedInstallConflict,
        ["VolumeConfig"] = VolumeRules.SystemConflict,
    };

    public static void Apply(string kind, Cursor document, RuleContext context)
    {
        if (Rules.TryGetValue(kind, out var rule))
            rule(document, context);
        if (context.Legacy is not { } legacy || kind == "v1alpha1")
            return;
        if (Conflicts.TryGetValue(kind, out var conflict))
            conflict(document, legacy);
        KubernetesConflictRules.Check(kind, document, legacy);
    }
}
