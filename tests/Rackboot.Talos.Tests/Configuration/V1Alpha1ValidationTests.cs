using Rackboot.Talos.Configuration;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Rules of the v1alpha1 document: siderolabs/talos pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go,
/// container/validate.go.</summary>
public sealed class V1Alpha1ValidationTests
{
    private const string Pair = "{crt: Zm9v, key: Zm9v}";
    private const string ControlPlane =
        $"machine:\n  type: controlplane\n  ca: {Pair}\n  MACHINE\ncluster:\n  controlPlane: {{endpoint: 'https://10.0.0.1:6443'}}\n  "
            + $"secretboxEncryptionSecret: x\n  CLUSTER\n";

    private const string Worker = "machine:\n  type: worker\n  ca: {crt: Zm9v}\n  MACHINE\ncluster:\n  controlPlane: {endpoint: "
        + "'https://10.0.0.1:6443'}\n  CLUSTER\n";

    public static TheoryData<string, string> BadMachines => new()
    {
        { "install: {image: x}", "machine.install: needs disk or diskSelector" },
        { "install: {disk: /dev/sda, extraKernelArgs: [a], grubUseUKICmdline: true}",
            "machine.install.extraKernelArgs: has no effect with grubUseUKICmdline" },
        { "install: {diskSelector: {name: sda}}", "machine.install.diskSelector.name: cannot select a disk" },
        { "install: {diskSelector: {type: floppy}}", "machine.install.diskSelector.type: must be ssd, hdd, nvme or sd" },
        { "install: {disk: /dev/sda, extensions: [{image: a}, {image: a}]}", "machine.install.extensions[1]: a appears twice" },
        { "features: {hostDNS: {forwardKubeDNSToHost: true}}", "needs hostDNS.enabled: true" },
        { "features: {nodeAddressSortAlgorithm: v3}", "machine.features.nodeAddressSortAlgorithm: must be v1 or v2" },
        { "features: {kubernetesTalosAPIAccess: {enabled: true, allowedRoles: [os:king]}}", "\"os:king\" is not a role" },
        { "network: {interfaces: [{dhcp: true}]}", "machine.network.interfaces[0]: needs interface or deviceSelector" },
        { "network: {interfaces: [{interface: a, deviceSelector: {driver: b}}]}", "takes interface or deviceSelector, not both" },
        { "network: {interfaces: [{deviceSelector: {}}]}", "deviceSelector: is empty" },
        { "network: {interfaces: [{interface: a, bond: {mode: x, interfaces: [b]}}]}", "bond.mode: must be one of balance-rr" },
        { "network: {interfaces: [{interface: a, bond: {interfaces: [b]}, bridge: {interfaces: [c]}}]}", "takes bond or bridge, not both" },
        { "network: {interfaces: [{interface: a, bond: {interfaces: [b], deviceSelectors: [{driver: c}]}}]}",
            "takes interfaces or deviceSelectors, not both" },
        { "network: {interfaces: [{interface: a, bond: {mode: 802.3ad, miimon: 100, updelay: 150, interfaces: [b]}}]}",
            "bond.updelay: must be a multiple of miimon" },
        { "network: {interfaces: [{interface: a, bond: {mode: active-backup, lacpRate: fast, interfaces: [b]}}]}",
            "bond.lacpRate: is not valid in mode active-backup" },
        { "network: {interfaces: [{interface: a, bond: {mode: 802.3ad, primary: b, interfaces: [b]}}]}",
            "bond.primary: is not valid in mode 802.3ad" },
        { "network: {interfaces: [{interface: a, bond: {interfaces: [b], arpIPTarget: [1.1.1.1]}}]}",
            "bond.arpIPTarget: is not supported" },
        { "network: {interfaces: [{interface: a, bond: {interfaces: [b]}}, {interface: b, dhcp: true}]}",
            "interfaces[1]: is a port of a bond or bridge" },
        { "network: {interfaces: [{interface: a, bond: {interfaces: [c]}}, {interface: b, bridge: {interfaces: [c]}}]}",
            "c belongs to a as well" },
        {
            "network: {interfaces: [{interface: a, addresses: [10.0.0.1/24], cidr: 10.0.0.2/24}]}",
            "cidr: cannot be combined with addresses"
        },
        { "network: {interfaces: [{interface: a, addresses: [10.0.0.1/99]}]}", "\"10.0.0.1/99\" is neither an address" },
        { "network: {interfaces: [{interface: a, vip: {ip: x}}]}", "vip.ip: is not an IP address" },
        { "network: {interfaces: [{interface: a, routes: [{metric: 1}]}]}", "routes[0]: needs network or gateway" },
        { "network: {interfaces: [{interface: a, routes: [{network: 10.0.0.0}]}]}", "routes[0].network: is not a subnet" },
        { "network: {interfaces: [{interface: a, vlans: [{vlanId: 1, addresses: [x]}]}]}", "vlans[0].addresses[0]" },
        { "network: {interfaces: [{interface: a, wireguard: {privateKey: short}}]}", "wireguard.privateKey: is not 32 bytes in base64" },
        { "network: {kubespan: {enabled: true, mtu: 1000}}", "machine.network.kubespan.mtu: must be at least 1280" },
        { "network: {kubespan: {enabled: true}}", "KubeSpan needs cluster discovery" },
        { "disks: [{device: /dev/sdb, partitions: [{mountpoint: /a}, {size: 1GB}]}]", "partitions[0]: takes the rest of the disk" },
        { "kubelet: {nodeIP: {validSubnets: [10.0.0.0/40]}}", "machine.kubelet.nodeIP.validSubnets[0]" },
        { "kubelet: {extraConfig: {port: 1}}", "machine.kubelet.extraConfig.port: is set by Talos" },
        { "systemDiskEncryption: {state: {provider: luks2, keys: []}}", "systemDiskEncryption.state.keys: needs at least one key" },
        { "systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0, nodeID: {}}, {slot: 0, tpm: {}}]}}",
            "keys[1].slot: 0 is used twice" },
        { "systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0}]}}", "needs static, nodeID, kms or tpm" },
        { "logging: {destinations: [{endpoint: 'http://a:1', format: json_lines}]}", "must start with tcp:// or udp://" },
        { "logging: {destinations: [{endpoint: 'tcp://a:1', format: xml}]}", "format: must be json_lines" },
        { "logging: {destinations: [{format: json_lines}]}", "needs an endpoint" },
        { "nodeLabels: {-bad: x}", "needs 1 to 63 letters" },
        { "nodeLabels: {ok: 'not ok'}", "is not a label value" },
        { "nodeAnnotations: {talos.dev/owned-labels: x}", "is reserved by Talos" },
        { "nodeTaints: {a: Sometimes}", "must be an effect" },
        { "registries: {mirrors: {docker.io: }}", "\"docker.io\" has no value" },
    };

    public static TheoryData<string, string> BadClusters => new()
    {
        { "network: {dnsDomain: '-x.'}", "cluster.network.dnsDomain: is not a DNS name" },
        { "network: {cni: {name: calico}}", "cni.name: must be flannel, custom or none" },
        { "network: {cni: {name: none, urls: ['https://a/b']}}", "cni.urls: is not allowed with the name none" },
        { "network: {cni: {name: custom, urls: ['nonsense']}}", "cni.urls[0]: is not a URL" },
        { "externalCloudProvider: {manifests: ['https://a']}", "needs externalCloudProvider.enabled: true" },
        { "etcd: {}", "cluster.etcd: needs ca" },
        { $"etcd: {{ca: {Pair}, subnet: 10.0.0.0/8, advertisedSubnets: [10.0.0.0/8]}}", "cannot be combined with advertisedSubnets" },
        { $"etcd: {{ca: {Pair}, listenSubnets: [x]}}", "cluster.etcd.listenSubnets[0]" },
        { "inlineManifests: [{name: ' ', contents: a}]", "inlineManifests[0].name: is required" },
        { "inlineManifests: [{name: a, contents: a}, {name: a, contents: b}]", "\"a\" appears twice" },
        { "discovery: {enabled: true}", "cluster: needs id" },
        { "discovery: {enabled: true, registries: {service: {endpoint: 'https://a/path'}}}", "cannot have a path" },
        { "apiServer: {authorizationConfig: [{type: Node, name: n}], extraArgs: {authorization-mode: RBAC}}",
            "cannot be combined with authorizationConfig" },
        { "apiServer: {authorizationConfig: [{type: King, name: n}]}", "must be Node, RBAC or Webhook" },
        { "apiServer: {resources: {requests: {disk: 1}}}", "\"disk\" must be cpu or memory" },
        { "scheduler: {resources: {limits: {gpu: 1}}}", "\"gpu\" must be cpu or memory" },
        { "inlineManifests: []\n  ca: {crt: Zm9v, key: Zm9v}\n  allowSchedulingOnMasters: 7", "\"7\" is not true or false" },
    };

    [Theory]
    [MemberData(nameof(BadMachines))]
    public void A_machine_that_breaks_a_rule_is_refused(string machine, string expected) =>
        Assert.Contains(expected,
            Checked.Mistakes(ControlPlane.Replace("MACHINE", machine, StringComparison.Ordinal).Replace("CLUSTER", "",
            StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(BadClusters))]
    public void A_cluster_that_breaks_a_rule_is_refused(string cluster, string expected) =>
        Assert.Contains(expected,
            Checked.Mistakes(ControlPlane.Replace("MACHINE", "", StringComparison.Ordinal).Replace("CLUSTER", cluster,
            StringComparison.Ordinal)), StringComparison.Ordinal);

    [Theory]
    [InlineData("install: {disk: /dev/sda, wipe: false}")]
    [InlineData("install: {diskSelector: {size: '>= 100GB', type: nvme}}")]
    [InlineData("network: {interfaces: [{interface: a, ignore: true, addresses: [x]}]}")] // an ignored device is not looked at
    [InlineData("network: {interfaces: [{interface: a, bond: {mode: 802.3ad, miimon: 100, updelay: 200, lacpRate: fast, interfaces: [b, "
        + "c]}, vip: {ip: 10.0.0.9}}]}")]
    [InlineData("kubelet: {nodeIP: {validSubnets: ['10.0.0.0/8', '!10.1.0.1', 'fd00::/8']}}")]
    [InlineData("nodeTaints: {example.org/a: 'x:NoSchedule', b: NoExecute}")]
    [InlineData("features: {kubernetesTalosAPIAccess: {enabled: true, allowedRoles: ['os:reader'], allowedKubernetesNamespaces: "
        + "[kube-system]}}")]
    [InlineData("systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0, nodeID: {}}, {slot: 1, kms: {endpoint: "
        + "'grpc://a'}}]}}")]
    public void A_machine_that_keeps_the_rules_is_taken(string machine) =>
        Assert.Equal("",
            Checked.Mistakes(ControlPlane.Replace("MACHINE", machine, StringComparison.Ordinal).Replace("CLUSTER", "",
            StringComparison.Ordinal)));

    [Theory]
    [InlineData("machine: {type: king, ca: {crt: Zm9v}}\ncluster: {controlPlane: {endpoint: 'https://a'}}",
        "\"king\" must be controlplane or worker")]
    [InlineData("machine: {type: worker}\ncluster: {controlPlane: {endpoint: 'https://a'}}", "machine: needs ca or acceptedCAs")]
    [InlineData("machine: {type: controlplane, acceptedCAs: [{crt: Zm9v}]}\ncluster: {}",
        "machine: needs ca: a control plane machine issues certificates")]
    [InlineData("machine: {type: controlplane, ca: {crt: Zm9v}}\ncluster: {}", "machine.ca: needs its key")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v, key: Zm9v}}\ncluster: {}", "machine.ca.key: is not allowed on a worker")]
    [InlineData(
        "machine: {type: worker, ca: {crt: Zm9v}}\ncluster: {ca: {crt: Zm9v, key: Zm9v}}", "cluster.ca.key: is not allowed on a worker")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}, network: {interfaces: [{interface: a, vip: {ip: 10.0.0.1}}]}}\ncluster: {}",
        "vip: is allowed only on control plane machines")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}, network: {interfaces: [{interface: a, vlans: [{vlanId: 1, vip: {ip: "
        + "10.0.0.1}}]}]}}\ncluster: {}", "vlans[0].vip")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}}\ncluster: {etcd: {}}",
        "cluster.etcd: is allowed only on control plane machines")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}, features: {kubernetesTalosAPIAccess: {enabled: true}}}\ncluster: {}",
        "is allowed only on control plane machines")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}}\n", "needs a cluster section")]
    [InlineData("cluster: {}\n", "needs a machine section")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}}\ncluster: {controlPlane: {}}", "cluster.controlPlane: needs an endpoint")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}}\ncluster: {controlPlane: {endpoint: 'https://a:0'}}",
        "has a port that is not between 1 and 65535")]
    [InlineData("persist: false\nmachine: {type: worker, ca: {crt: Zm9v}}\ncluster: {}", "persist: must be true")]
    [InlineData("machine: {type: controlplane, ca: {crt: Zm9v, key: Zm9v}}\ncluster: {ca: {crt: Zm9v, key: Zm9v}}",
        "needs secretboxEncryptionSecret")]
    public void Parts_that_do_not_fit_together_are_refused(string text, string expected) =>
        Assert.Contains(expected, Checked.Mistakes(text), StringComparison.Ordinal);

    [Fact]
    public void A_worker_with_certificates_alone_is_taken() =>
        Assert.Equal("",
            Checked.Mistakes(Worker.Replace("MACHINE", "", StringComparison.Ordinal).Replace("CLUSTER", "ca: {crt: Zm9v}",
            StringComparison.Ordinal)));

    [Fact]
    public void Only_metal_needs_to_know_where_to_install()
    {
        var text = Worker.Replace("MACHINE", "install: {image: x}\n  features: {hostDNS: {enabled: true, forwardKubeDNSToHost: true}}",
            StringComparison.Ordinal).Replace("CLUSTER", "", StringComparison.Ordinal);
        Assert.NotEqual("", Checked.Mistakes(text));
        Assert.Equal("", Checked.Mistakes(text, new ConfigurationOptions { Mode = RuntimeMode.Cloud }));
        Assert.Equal("", Checked.Mistakes(text, new ConfigurationOptions { Mode = RuntimeMode.Container }));
    }

    [Theory]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}}\ncluster: {controlPlane: {endpoint: 'https://a'}}", "machine: needs install")]
    [InlineData("machine: {type: worker, ca: {crt: Zm9v}, install: {disk: a}}\ncluster: {}", "cluster: needs controlPlane.endpoint")]
    public void Releases_before_1_14_want_more_in_the_v1alpha1_document(string text, string expected)
    {
        Assert.Equal("", Checked.Mistakes(text));
        Assert.Equal("", Checked.Mistakes(text, new ConfigurationOptions { Release = new(1, 14) }));
        Assert.Contains(expected, Checked.Mistakes(text, new ConfigurationOptions { Release = new(1, 13) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_container_needs_the_hosts_DNS() => Assert.Contains(
        "a container needs hostDNS",
        Checked.Mistakes(Worker.Replace("MACHINE", "", StringComparison.Ordinal).Replace("CLUSTER", "", StringComparison.Ordinal),
            new ConfigurationOptions { Mode = RuntimeMode.Container }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("type: join", "is \"join\"; write worker")]
    [InlineData("type: worker\n  files: [{path: /a, op: create}]", "machine.files: is deprecated")]
    [InlineData("type: worker\n  network: {interfaces: [{interface: a, cidr: 10.0.0.1/8}]}", "is deprecated; use addresses")]
    public void What_Talos_warns_of_is_a_mistake_in_strict_mode_alone(string machine, string expected)
    {
        var text = Worker.Replace("type: worker", machine, StringComparison.Ordinal).Replace("MACHINE", "", StringComparison.Ordinal)
            .Replace("CLUSTER", "", StringComparison.Ordinal);
        Assert.Contains(expected, Checked.Warnings(text), StringComparison.Ordinal);
        Assert.Equal("", Checked.Mistakes(text));
        Assert.Contains(expected, Checked.Mistakes(text, new ConfigurationOptions { Strict = true }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("features: {kubernetesTalosAPIAccess: {enabled: true}}", "needs features.rbac: true", 11, 12)]
    [InlineData("features: {hostDNS: {forwardKubeDNSToHost: true}}", "needs hostDNS.enabled: true", 13, 12)]
    public void A_rule_holds_for_the_releases_that_have_it(string machine, string expected, int with, int without)
    {
        var text = ControlPlane.Replace("MACHINE", $"install: {{disk: /dev/sda}}\n  {machine}", StringComparison.Ordinal)
            .Replace("CLUSTER", "", StringComparison.Ordinal);
        Assert.Contains(expected, Checked.Mistakes(text, new() { Release = new(1, with) }), StringComparison.Ordinal);
        Assert.DoesNotContain(expected, Checked.Mistakes(text, new() { Release = new(1, without) }), StringComparison.Ordinal);
    }

    [Theory] // pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go to 1.13, container/validate.go from 1.14
    [InlineData("id: a\n  secret: b\n  discovery: {enabled: true, registries: {service: {disabled: true}}}", "", "needs cluster discovery")]
    [InlineData("discovery: {enabled: true, registries: {service: {disabled: true}}}", "needs cluster.id and cluster.secret",
        "needs cluster discovery")]
    [InlineData("id: a\n  secret: b\n  discovery: {enabled: true}", "", "")]
    public void KubeSpan_needs_any_registry_and_the_identity_before_1_14_and_the_service_since(string cluster, string old, string now)
    {
        var text = Worker.Replace("MACHINE", "install: {disk: /dev/sda}\n  network: {kubespan: {enabled: true}}", StringComparison.Ordinal)
            .Replace("CLUSTER", cluster, StringComparison.Ordinal);
        foreach (var (minor, expected) in new[] { (11, old), (13, old), (14, now) })
        {
            var mistakes = Checked.Mistakes(text, new() { Release = new(1, minor) });
            Assert.Equal(expected.Length == 0, mistakes.Length == 0);
            Assert.Contains(expected, mistakes, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_part_that_could_not_be_read_is_not_called_missing() =>
        Assert.DoesNotContain("needs ca", Checked.Mistakes("machine: {type: worker, ca: text}\ncluster: {}"), StringComparison.Ordinal);
}
