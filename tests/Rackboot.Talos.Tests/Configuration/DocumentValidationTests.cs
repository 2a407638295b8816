using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Rules of each kind: the Validate and V1Alpha1ConflictValidate methods of siderolabs/talos pkg/machinery/config/types.</summary>
public sealed class DocumentValidationTests
{
    private const string Key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private const string Disk = "provisioning: {diskSelector: {match: system_disk}, minSize: 1GB}";
    private const string ControlPlane = "---\nmachine: {type: controlplane, ca: {crt: Zm9v, key: Zm9v}}\ncluster: {}\n";

    /// <summary>Kind, a body that is right, and pairs of a wrong body and its mistake.</summary>
    public static TheoryData<string, string, string[]> Cases => new()
    {
        { "BGPInstanceConfig", "name: a\nlocalASN: 65000\nneighbors: [{address: 10.0.0.1, peerASN: 1}]",
            ["name: a", "localASN: is required", "name: a\nlocalASN: 1\nneighbors: [{peerASN: 1}]", "needs either address or link",
            "name: a\nlocalASN: 1\nneighbors: [{link: x}, {link: x}]", "appears twice",
            "name: a\nlocalASN: 1\nimportRoutes: [{bgpInstance: a, prefixes: [10.0.0.0/8]}]", "cannot be the instance itself",
            "name: a\nlocalASN: 1\nimportRoutes: [{bgpInstance: b, prefixes: [10.0.0.0/8, 10.1.0.0/16]}]", "overlaps"] },
        { "BlackholeRouteConfig", "name: 10.0.0.0/8", ["name: x", "must be the destination"] },
        { "BondConfig", "name: b\nlinks: [a]\nbondMode: active-backup\nprimaryReselect: always",
            ["name: b\nbondMode: 802.3ad", "needs at least one link", "name: b\nlinks: [a]", "bondMode: is required",
            "name: b\nlinks: [a]\nbondMode: active-backup\nprimary: c", "is not one of the links",
            "name: b\nlinks: [a]\nbondMode: broadcast\nprimary: a", "is not valid in mode broadcast"] },
        { "BridgeConfig", "name: br0\nlinks: [a]", ["links: [a]", "name: is required"] },
        {
            "ContainerConfig",
            "name: a\nimage: 'x/y@sha256:0000000000000000000000000000000000000000000000000000000000000000'\nmounts: "
                + "[{tmpfs: {destination: /a}}]",
            ["name: A\nimage: x", "lower-case letters", "name: a", "image: is required", "name: a\nimage: x\nenvironment: [a]",
            "must be KEY=value", "name: a\nimage: x\nmounts: [{}]", "needs exactly one of userVolume",
            "name: a\nimage: x\nsecurity: {capabilities: {add: [ALL]}}", "ALL cannot be added",
            "name: a\nimage: x\nresources: {limits: {cpu: '1'}}", "such as 1500m", "name: a\nimage: x\ndependsOn: {containers: [b]}",
            "there is no container b", "name: a\nimage: x\ndependsOn: {containers: [a]}", "cannot depend on itself",
            "name: a\nimage: Nginx", "is not an image name", "name: a\nimage: 'r.example:5000/a@sha256:00'", "is not an image name",
            "name: a\nimage: 'r.example:99x/a'", "is not an image name", "name: a\nimage: 'a:'", "is not an image name"] },
        { "CRIBaseRuntimeSpecConfig", "overrides: {process: {rlimits: [{type: RLIMIT_NOFILE, hard: 1024, soft: 1024}]}, x: y}",
            ["overrides: {process: text}", "overrides.process: must be a mapping", "overrides: {process: {rlimits: [{hard: many}]}}",
            "overrides.process.rlimits[0].hard: must be a number", "overrides: {process: {rlimits: [many]}}",
            "overrides.process.rlimits[0]: must be a mapping", "overrides: {annotations: {a: 1}}",
            "overrides.annotations.a: must be a text", "overrides: {linux: {resources: {pids: {limit: x}}}}",
            "overrides.linux.resources.pids.limit: must be a number"] },
        { "CRICustomizationConfig", "name: x\ncontent: y", ["name: customization\ncontent: y", "is reserved"] },
        { "DHCPv4Config", "name: eth0\nclientIdentifier: duid\nduidRaw: 00:01",
            ["name: eth0\nclientIdentifier: duid", "duidRaw: is required", "name: eth0\nduidRaw: 00:01", "needs clientIdentifier: duid"] },
        { "DHCPv6Config", "name: eth0", ["routeMetric: 1", "name: is required"] },
        { "DiscoveryIdentityConfig", $"clusterID: a\nclusterSecret: {Key}",
            ["clusterID: a\nclusterSecret: c2hvcnQ=", "is not 32 bytes in base64", $"clusterSecret: {Key}", "clusterID: is required"] },
        { "DiscoveryServiceConfig",
            $"name: a\nendpoint: grpc://b\n---\napiVersion: v1alpha1\nkind: DiscoveryIdentityConfig\nclusterID: a\nclusterSecret: {Key}",
            ["name: a\nendpoint: tcp://b", "must start with https://", "name: a\nendpoint: https://b", "needs the cluster's identity",
            "name: a", "endpoint: is required"] },
        { "DummyLinkConfig", "name: d\naddresses: [{address: 10.0.0.1/32}]",
            ["name: d\naddresses: [{address: 0.0.0.0/0}]", "needs an address with a prefix length"] },
        { "EnvironmentConfig", "variables: {A_1: b}", ["variables: {1A: b}", "is not a valid variable name"] },
        { "EtcFileConfig", "name: foo/bar.conf\nmode: 0o644\ncontents: x",
            ["name: ../x\nmode: 0o644", "must be a path under /etc", "name: hosts\nmode: 0o644", "is managed by Talos",
            "name: cri/x\nmode: 0o644", "is managed by Talos"] },
        { "EthernetConfig", "name: eth0\nwakeOnLan: [phy, magicsecure]", // nethelpers/wol.go has no word for ARP
            ["rings: {rx: 1}", "name: is required", "name: eth0\nwakeOnLan: [arp]", "\"arp\" is not one of phy, unicast"] },
        { "EventSinkConfig", "endpoint: '[fd00::1]:8081'", ["endpoint: 10.0.0.1", "must be host:port"] },
        { "ExistingVolumeConfig", "name: a\ndiscovery: {volumeSelector: {match: volume.label == 'x'}}",
            ["name: a", "is required", "name: a\ndiscovery: {volumeSelector: {match: volume.nosuch == 'x'}}",
            "volume has no field nosuch"] },
        { "ExtensionServiceConfig", "name: a\nenvironment: [A=b]",
            ["name: a", "needs configFiles or environment", "name: a\nconfigFiles: [{content: x}]", "mountPath: is required"] },
        { "ExternalVolumeConfig", "name: a\nfilesystemType: virtiofs\nmount: {virtiofs: {tag: x}}",
            ["name: a\nfilesystemType: xfs", "must be virtiofs", "name: a\nfilesystemType: virtiofs", "tag: is required"] },
        { "FilesystemScrubConfig", "interval: 168h", ["interval: 1s", "must be at least 10s"] },
        { "FilesystemTrimConfig", "interval: 168h", ["interval: -1s", "cannot be negative"] },
        { "HCloudVIPConfig", "name: 10.0.0.1\nlink: eth0\napiToken: x", ["name: 10.0.0.1\nlink: eth0", "apiToken: is required"] },
        { "HostnameConfig", "auto: off\nhostname: a.example.org",
            ["{}", "needs auto or hostname", "auto: stable\nhostname: a", "write auto: off",
            $"auto: off\nhostname: {new string('a', 70)}", "1 to 63 characters"] },
        { "HTTPProbeConfig", "name: a\nurl: http://b/\ninterval: 1s",
            ["name: a\nurl: ftp://b/", "must start with http://", "name: a\nurl: http://b/\ntimeout: -1s", "cannot be negative"] },
        { "ImageVerificationConfig", "rules: [{image: a/*, skip: true}]",
            ["rules: [{image: a/*}]", "needs keyless, publicKey, skip or deny", "rules: [{image: a/*, skip: true, deny: true}]", "not both",
            "rules: [{image: a/*, keyless: {issuer: x}}]", "needs subject or subjectRegex"] },
        { "KernelModuleConfig", "name: a", ["parameters: [a=b]", "name: is required"] },
        { "KmsgLogConfig", "name: a\nurl: tcp://10.0.0.1:4514",
            ["name: a\nurl: http://a:1", "must start with tcp:// or udp://", "name: a\nurl: tcp://a", "needs a port",
            "name: a\nurl: udp://a:1/x", "cannot have a path"] },
        { "KubeAdmissionControlConfig", "name: a\nconfiguration: {}" + "\n" + ControlPlane, ["configuration: {}", "name: is required"] },
        { "KubeAggregatorCAConfig", "", ["acceptedCAs: [x]", "needs issuingCA"] },
        { "KubeAPIServerCAConfig", "acceptedCAs: []",
            ["acceptedCAs: [x]", "is not a PEM certificate", "issuingCA: {cert: x}", "key: is required"] },
        { "KubeAPIServerConfig", "image: x" + "\n" + ControlPlane,
            ["extraArgs: {a: b}", "image: is required", "image: x\nextraArgs: {oidc-issuer: y}", "use KubeAuthenticationConfig"] },
        { "KubeAuthorizerConfig", "name: a\ntype: RBAC" + "\n" + ControlPlane,
            ["name: a\ntype: X", "must be Node, RBAC or Webhook", "name: a\ntype: Webhook", "webhook: is required"] },
        { "KubeClusterConfig", "clusterName: a\nendpoint: https://a:6443",
            ["clusterName: a", "endpoint: is required", "endpoint: https://a", "clusterName: is required"] },
        { "KubeControllerManagerConfig", "image: x" + "\n" + ControlPlane,
            ["extraArgs: {}", "image: is required", "image: x\nresources: {limits: {disk: 1}}", "must be cpu or memory"] },
        { "KubeEtcdEncryptionConfig", "config: {a: b}" + "\n" + ControlPlane, ["config: {}", "config: is required"] },
        { "KubeExternalManifestConfig", "name: a\nurl: https://b/c.yaml",
            ["name: a\nurl: ftp://b", "must start with http://", "name: A_\nurl: https://b", "lower-case letters"] },
        { "KubeFlannelCNIConfig", "backendType: vxlan" + "\n" + ControlPlane, ["backendMTU: 1", "backendType: is required"] },
        { "KubeInlineManifestConfig", "name: a\nmanifest: x", ["name: A", "lower-case letters"] },
        { "KubeletConfig", "image: x", ["config: {}", "image: is required", "image: x\nconfig: {authentication: {}}", "is set by Talos"] },
        { "KubeNetworkConfig", "dnsDomain: a\npodSubnets: [10.244.0.0/16]\nserviceSubnets: [10.96.0.0/12]",
            ["podSubnets: []\nserviceSubnets: [10.96.0.0/12]", "needs one subnet, or one of IPv4",
            "podSubnets: [10.244.0.1/16]\nserviceSubnets: [10.96.0.0/12]", "has bits set after the prefix",
            "podSubnets: [10.0.0.0/7]\nserviceSubnets: [10.96.0.0/12]", "is too large",
            "podSubnets: [10.244.0.0/25]\nserviceSubnets: [10.96.0.0/12]", "smaller than one node's share",
            "podSubnets: [10.244.0.0/16]\nserviceSubnets: [10.96.0.0/11]", "at least /12",
            "podSubnets: [10.244.0.0/16, fd00::/56]\nserviceSubnets: [10.96.0.0/12]", "as many podSubnets as serviceSubnets",
            "podSubnets: [10.244.0.0/16]\nserviceSubnets: [10.96.0.0/12]\nnodeCIDRMaskSizeIPv4: 40", "from 1 to 32"] },
        { "KubeNodeConfig", "nodeIP: {validSubnets: [10.0.0.0/8]}\nlabels: {a: b}",
            ["labels: {a: '-'}", "is not a label value", "nodeIP: {validSubnets: [x]}", "is neither a subnet"] },
        { "KubePrismConfig", "port: 7445", ["{}", "from 1 to 65535"] },
        { "KubeProxyConfig", "enabled: false" + "\n" + ControlPlane,
            ["mode: nftables", "image: is required", "image: x\nmode: magic", "must be nftables, iptables or ipvs"] },
        { "KubeSchedulerConfig", "image: x" + "\n" + ControlPlane, ["config: {}", "image: is required"] },
        { "KubeServiceAccountConfig", "", ["issuer: {}", "privateKey: is required", "issuer: {privateKey: x}", "is not a PEM key"] },
        { "KubeSpanConfig", "mtu: 1420", ["mtu: 100", "at least 1280", "enabled: true", "needs cluster discovery"] },
        { "KubeStaticPodConfig", "name: a\npod: {kind: Pod}", ["name: a", "pod: is required"] },
        { "KubeTalosAPIAccessConfig", "allowedRoles: ['os:reader']" + "\n" + ControlPlane, ["allowedRoles: [x]", "is not a role"] },
        { "Layer2VIPConfig", "name: 10.0.0.1\nlink: eth0",
            ["name: a\nlink: eth0", "must be an IP address", "name: 10.0.0.1", "link: is required"] },
        { "LinkAliasConfig", "name: net0\nselector: {match: 'mac(link.permanent_addr) == \"00:11\"'}",
            ["name: net0", "is required: a CEL expression", "name: net%s\nselector: {match: 'true'}", "must end in %d",
            "name: a\nselector: {match: 'link.mtu == 1'}", "write the number as 120u"] },
        { "LinkConfig", "name: eth0\nroutes: [{gateway: 10.0.0.1}]",
            ["name: eth0\nroutes: [{gateway: 0.0.0.0}]", "cannot be the unspecified address"] },
        { "LVMLogicalVolumeConfig", "name: a\ntype: linear\nprovisioning: {volumeGroup: v, maxSize: 1GB}",
            ["name: a\ntype: linear\nmirrors: 1\nprovisioning: {volumeGroup: v, maxSize: 1GB}", "is not allowed with type linear",
            "name: a\ntype: raid0\nstripes: 1\nprovisioning: {volumeGroup: v, maxSize: 1GB}", "at least 2",
            "name: a\ntype: linear\nprovisioning: {volumeGroup: v}", "maxSize: is required",
            "name: a\ntype: linear\nprovisioning: {volumeGroup: v, minSize: 2GB, maxSize: 1GB}", "is greater than maxSize"] },
        { "LVMVolumeGroupConfig", "name: a_b\nprovisioning: {volumeSelector: {match: 'disk.size > 1u'}}",
            ["name: a", "match: is required"] },
        { "NetworkRuleConfig", "name: a\nportSelector: {ports: [80, 443], protocol: tcp}\ningress: [{subnet: 10.0.0.0/8}]",
            ["name: a", "needs at least one port", "name: a\nportSelector: {ports: [1-10, 5]}", "overlaps another range",
            "name: a\nportSelector: {ports: [10-1]}", "that ends before its start"] },
        { "OOMConfig", "triggerExpression: memory_full_avg10 > 12.0 && time_since_trigger > duration('500ms')",
            ["triggerExpression: memory_full_avg10", "it must be bool", "sampleInterval: -1s", "cannot be negative"] },
        { "RAIDArrayConfig", "name: a\nlevel: raid1\nprovisioning: {volumeSelector: {match: 'volume.name == \"a\"'}}",
            ["name: a", "match: is required", "name: a\nlevel: raid5", "is not one of raid1"] },
        { "RawVolumeConfig", $"name: a\n{Disk}", ["name: a\nprovisioning: {minSize: 1GB}", "match: is required",
            "name: a\nprovisioning: {diskSelector: {match: 'disk.size > 120'}, minSize: 1GB}", "write the number as 120u", "name: a b\n"
            + Disk, "only contain letters, digits and hyphens"] },
        { "RegistryAuthConfig", "name: a\nusername: b\npassword: c",
            ["name: a\nusername: b\nidentityToken: c", "not both", "name: a\nauth: b\nusername: c", "takes one of auth"] },
        { "RegistryMirrorConfig", "name: docker.io\nendpoints: [{url: 'http://a'}]",
            ["name: a\nendpoints: [{url: 'ftp://a'}]", "must start with http://", "name: a\nendpoints: [{}]", "url: is required"] },
        { "RegistryTLSConfig", "name: a\ninsecureSkipVerify: true", ["name: a\nca: x", "is not a readable PEM certificate"] },
        { "ResolverConfig", "nameservers: [{address: 10.0.0.1}]",
            ["nameservers: [{}]", "address: is required", "nameservers: [{address: 1.1.1.1, protocol: DoT}]", "tlsServerName: is required",
            "hostDNS: {resolveMemberNames: true}", "needs hostDNS.enabled: true"] },
        { "RoutingRuleConfig", "name: '100'\ntable: main",
            ["name: a\ntable: main", "must be the priority", "name: '32766'\ntable: main", "from 1 to 32765", "name: '5'\ntable: unspec",
            "needs a table", "name: '5'\ntable: main\nfwMask: 1", "needs fwMark"] },
        { "SideroLinkConfig", "apiUrl: https://a/?jointoken=x",
            ["apiUrl: http://a", "must start with https:// or grpc://", "apiUrl: https://a/b", "cannot have a path", "uniqueToken: x",
            "apiUrl: is required"] },
        { "StaticHostConfig", "name: 10.0.0.1\nhostnames: [a]",
            ["name: a\nhostnames: [a]", "must be an IP address", "name: 10.0.0.1", "needs at least one name"] },
        { "SwapVolumeConfig", $"name: a\n{Disk}", ["name: a\nprovisioning: {diskSelector: {match: system_disk}}",
            "needs minSize or maxSize"] },
        { "SysctlConfig", "params: {vm.swappiness: '1'}", ["params: {'': x}", "a parameter needs a name"] },
        { "SysfsConfig", "params: {a/b: '1'}", ["params: {'': x}", "a parameter needs a name"] },
        { "TCPProbeConfig", "name: a\nendpoint: a:1", ["name: a", "endpoint: is required"] },
        { "TimeSyncConfig", "ntp: {servers: [a]}", ["ntp: {servers: [a]}\nptp: {devices: [/dev/ptp0]}", "takes ntp or ptp",
            "ntp: {useNTS: true, servers: [10.0.0.1]}", "must be a host name"] },
        { "UnattendedInstallConfig", "installer: {image: a}\nprovisioning: {diskSelector: {match: disk.serial == \"x\"}}",
            ["installer: {image: a}", "match: is required"] },
        { "UserVolumeConfig", $"name: a\n{Disk}", ["name: a\nvolumeType: tmpfs", "must be directory, disk or partition",
            $"name: a\nvolumeType: directory\n{Disk}", "is not supported with volumeType: directory",
            "name: a\nvolumeType: directory\nmount: {disableAccessTime: true}", "mount: is not supported",
            $"name: a\nvolumeType: disk\n{Disk}",
            "cannot have minSize", $"name: a\n{Disk}\nfilesystem: {{type: ext4, projectQuotaSupport: true}}", "needs filesystem type xfs",
            $"name: a\n{Disk}\nencryption: {{provider: luks2, keys: [{{slot: 0}}]}}", "needs static, nodeID, kms or tpm",
            "name: a\nprovisioning: {diskSelector: {match: system_disk}, minSize: 2GB, maxSize: 1GB}", "is greater than maxSize"] },
        { "VethConfig", "name: a\npeer: {name: b}", ["name: a\npeer: {name: a}", "must differ", "name: a", "peer.name: is required",
            "name: averyveryverylongname\npeer: {name: b}", "at most 15 bytes"] },
        { "VLANConfig", "name: a\nvlanID: 4\nparent: eth0",
            ["name: a\nparent: eth0", "from 1 to 4094", "name: a\nvlanID: 4", "parent: is required"] },
        { "VolumeConfig", "name: EPHEMERAL\nprovisioning: {maxSize: 50%}",
            ["name: DATA", "must be one of STATE", "name: STATE\nprovisioning: {grow: true}", "is not supported for STATE",
            "name: ETCD\nmount: {secure: true}", "needs provisioning", "name: EPHEMERAL\nencryption: {provider: luks2, keys: []}",
            "needs at least one key"] },
        { "VRFConfig", "name: a\ntable: 10", ["name: a\ntable: main", "needs a routing table of its own"] },
        { "WatchdogTimerConfig", "device: /dev/watchdog0\ntimeout: 2m",
            ["timeout: 2m", "device: is required", "device: a\ntimeout: 1s", "at least 10s"] },
        { "WireguardConfig", $"name: a\nprivateKey: {Key}\npeers: [{{publicKey: {Key}, endpoint: '10.0.0.1:1'}}]",
            ["name: a", "privateKey: is required", $"name: a\nprivateKey: {Key}\npeers: [{{}}]", "publicKey: is required",
            $"name: a\nprivateKey: {Key}\nlistenPort: 70000", "from 0 to 65535"] },
        { "ZswapConfig", "maxPoolPercent: 20", ["maxPoolPercent: 120", "from 0 to 100"] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_document_is_taken_or_refused_by_the_rules_of_its_kind(string kind, string good, string[] bad)
    {
        if (good.Length > 0)
            Assert.Equal("", Text(kind, good).Contains("cluster: {}", StringComparison.Ordinal)
                ? WithoutCluster(Checked.Mistakes(Text(kind, good))) : Checked.Mistakes(Text(kind, good)));
        foreach (var pair in bad.Chunk(2))
            Assert.Contains(pair[1], Checked.Mistakes(Text(kind, pair[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_without_a_case_here_have_no_rules_in_Talos_either() => Assert.Equal(
        [
            "ImageCacheConfig", "KubeAuditPolicyConfig", "KubeAuthenticationConfig", "KubeCoreDNSConfig", "KubeCredentialProviderConfig",
            "KubeSpanEndpointsConfig", "NetworkDefaultActionConfig", "PCIDriverRebindConfig", "SecurityProfileConfig", "TrustedRootsConfig",
            "UdevRulesConfig", "v1alpha1",
        ],
        FieldTable.Default.Kinds.Select(k => k.Name).Except(Cases.Select(c => c.Data.Item1)).Order(StringComparer.OrdinalIgnoreCase));

    [Theory]
    [InlineData("kind: HostnameConfig\nauto: stable", "machine: {network: {hostname: a}}",
        "machine.network.hostname already sets the hostname")]
    [InlineData("kind: HostnameConfig\nauto: stable", "machine: {features: {stableHostname: true}}",
        "machine.features.stableHostname already names the machine")]
    [InlineData("kind: ResolverConfig\nnameservers: [{address: 1.1.1.1}]", "machine: {network: {nameservers: [8.8.8.8]}}",
        "machine.network.nameservers is already set")]
    [InlineData("kind: ResolverConfig\nhostDNS: {enabled: true}", "machine: {features: {hostDNS: {enabled: true}}}",
        "machine.features.hostDNS is already set")]
    [InlineData("kind: TimeSyncConfig\nntp: {servers: [a]}", "machine: {time: {servers: [b]}}", "machine.time.servers is already set")]
    [InlineData("kind: VolumeConfig\nname: STATE\nencryption: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}",
        "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}}}", "already encrypts it")]
    [InlineData("kind: UnattendedInstallConfig\nprovisioning: {diskSelector: {match: system_disk}}", "machine: {install: {disk: /dev/sda}}",
        "machine.install already configures the installation")]
    [InlineData("kind: KubeletConfig\nimage: x", "machine: {kubelet: {}}", "machine.kubelet is set in the v1alpha1 document")]
    [InlineData("kind: KubeNetworkConfig\npodSubnets: [10.244.0.0/16]\nserviceSubnets: [10.96.0.0/12]",
        "cluster: {network: {dnsDomain: a}}", "cluster.network is set in the v1alpha1 document")]
    [InlineData("kind: KubeClusterConfig\nclusterName: a\nendpoint: https://a", "cluster: {controlPlane: {endpoint: 'https://a'}}",
        "cluster.controlPlane.endpoint is set")]
    [InlineData("kind: KubeSpanConfig\nenabled: false", "machine: {network: {kubespan: {enabled: false}}}",
        "machine.network.kubespan is set")]
    [InlineData("kind: KubePrismConfig\nport: 7445", "machine: {features: {kubePrism: {enabled: true}}}",
        "machine.features.kubePrism is set")]
    [InlineData("kind: DiscoveryServiceConfig\nname: a\nendpoint: https://a", "cluster: {discovery: {enabled: false}}",
        "cluster.discovery is already set")]
    [InlineData("kind: ImageCacheConfig\nlocal: {enabled: true}", "machine: {features: {imageCache: {localEnabled: true}}}",
        "machine.features.imageCache is already set")]
    [InlineData("kind: KubeSchedulerConfig\nimage: x", "machine: {type: worker}",
        "KubeSchedulerConfig is allowed only on control plane machines")]
    public void A_document_that_repeats_the_v1alpha1_document_is_refused(string document, string legacy, string expected) =>
        Assert.Contains(expected, Checked.Mistakes($"{legacy}\n---\napiVersion: v1alpha1\n{document}\n"), StringComparison.Ordinal);

    // The Validate methods at v1.11.6, v1.12.11 and v1.13.9: container/container.go checks nothing of the whole, network/resolver.go
    // nothing.
    [Theory]
    [InlineData("kind: KubeSpanConfig\nenabled: true", "KubeSpan needs cluster discovery", RuntimeMode.Metal)]
    [InlineData("kind: ResolverConfig\nnameservers: [{}]", "nameservers[0].address: is required", RuntimeMode.Metal)]
    [InlineData("kind: KmsgLogConfig\nname: a\nurl: tcp://a:1/", "a container needs hostDNS", RuntimeMode.Container)]
    public void What_only_1_14_refuses_is_taken_for_1_13(string document, string expected, RuntimeMode mode)
    {
        var text = $"apiVersion: v1alpha1\n{document}\n";
        Assert.Contains(expected, Checked.Mistakes(text, new() { Mode = mode, Release = new(1, 14) }), StringComparison.Ordinal);
        Assert.Equal("", Checked.Mistakes(text, new() { Mode = mode, Release = new(1, 13) }));
    }

    [Fact]
    public void Strict_mode_takes_the_warnings_of_these_documents() // they do not read the option; v1alpha1_validation.go alone does
    {
        const string text = "apiVersion: v1alpha1\nkind: TrustedRootsConfig\nname: a\ncertificates: none\n";
        Assert.Contains("contains no PEM certificate", Checked.Warnings(text), StringComparison.Ordinal);
        Assert.Equal("", Checked.Mistakes(text, new() { Strict = true }));
    }

    [Theory] // types/network/bond.go and types/block/user_volume_config.go at commit ad8823176, and in branch release-1.14
    [InlineData("BondConfig", "name: b\nlinks: [a]\nbondMode: active-backup\nprimary: a", "does not support this field")]
    [InlineData("UserVolumeConfig", "name: a\nvolumeType: directory\nmount: {secure: true}",
        "is not supported with volumeType: directory")]
    public void What_the_main_branch_of_Talos_takes_has_a_warning_and_older_releases_refuse_it(string kind, string body, string before)
    {
        Assert.Equal("", Checked.Mistakes(Text(kind, body)));
        Assert.Contains("is newer than Talos 1.14.0-rc.1", Checked.Warnings(Text(kind, body)), StringComparison.Ordinal);
        Assert.Contains(before, Checked.Mistakes(Text(kind, body), new() { Release = new(1, 13) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LinkConfig", "BondConfig")]
    [InlineData("VLANConfig", "BridgeConfig")]
    [InlineData("Layer2VIPConfig", "HCloudVIPConfig")]
    [InlineData("UserVolumeConfig", "ExistingVolumeConfig")]
    public void Two_documents_for_the_same_thing_are_refused(string one, string other) => // container/container.go, New
        Assert.Contains($"{one}/a configures the same",
            Checked.Mistakes($"apiVersion: v1alpha1\nkind: {one}\nname: a\n---\napiVersion: v1alpha1\nkind: {other}\nname: a\n"),
            StringComparison.Ordinal);

    private static string Text(string kind, string body) => body == "{}" ? $"apiVersion: v1alpha1\nkind: {kind}\n"
        : $"apiVersion: v1alpha1\nkind: {kind}\n{body}\n";

    private static string WithoutCluster(string mistakes) =>
        string.Join('\n', mistakes.Split('\n').Where(m => m.Length > 0 && !m.Contains(" v1alpha1", StringComparison.Ordinal)));
}
