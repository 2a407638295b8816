using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Patching;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Strategic merge: siderolabs/talos pkg/machinery/config/merge/merge.go, with the Merge methods of config/types where
/// named.</summary>
public sealed class StrategicMergeTests
{
    private const string Link = "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n";
    private const string Ethernet = "apiVersion: v1alpha1\nkind: EthernetConfig\nname: eth0\n";
    private const string Resolver = "apiVersion: v1alpha1\nkind: ResolverConfig\n";
    private const string Volume = "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\n";

    public static TheoryData<string, string, string, string> Cases => new()
    {
        // merge.go: slices are concatenated, maps merge by key, the zero value changes nothing
        { "lists append", "machine: {certSANs: [a]}", "machine: {certSANs: [b]}", "certSANs:\n        - a\n        - b\n" },
        { "an empty list changes nothing", "machine: {certSANs: [a]}", "machine: {certSANs: []}", "certSANs:\n        - a\n" },
        { "mappings merge", "machine: {sysctls: {a: '1', b: '2'}}", "machine: {sysctls: {b: '3', c: '4'}}",
            "sysctls:\n        a: \"1\"\n        b: \"3\"\n        c: \"4\"\n" },
        // types/block/encryption.go, types/network/ethernet.go and resolver.go: an empty list there turns off what an absent one leaves on
        { "an empty list that disables PCRs stays", Volume, Volume + "encryption: {provider: luks2, keys: [{tpm: {options: {pcrs: []}}}]}",
            "options:\n                pcrs: []\n" },
        { "an empty list that disables Wake-on-LAN stays", Ethernet, Ethernet + "wakeOnLan: []", "name: eth0\nwakeOnLan: []\n" },
        { "an empty list that clears search domains stays", Resolver, Resolver + "searchDomains: {domains: []}",
            "searchDomains:\n    domains: []\n" },
        { "a percentage replaces a size in bytes", Volume + "provisioning: {maxSize: 5GiB}", Volume + "provisioning: {maxSize: 10%}",
            "maxSize: 10%\n" },
        { "no list there is written as none", Ethernet, Ethernet + "rings: {rx: 1}", "name: eth0\nrings:\n    rx: 1\n" },
        { "a flag needs no quotes", "machine: {token: abc}",
            "cluster: {network: {cni: {flannel: {extraArgs: [--iface=eth0, '---', '--']}}}}",
            "- --iface=eth0\n                    - '---'\n                    - '--'\n" },
        { "an empty text changes nothing", "machine: {token: abc}", "machine: {token: ''}", "token: abc\n" },
        { "a null changes nothing", "machine: {kubelet: {image: a}}", "machine: {kubelet: null}", "kubelet:\n        image: a\n" },
        { "a zero number changes nothing", "machine: {network: {interfaces: [{interface: a, mtu: 1500}]}}",
            "machine: {network: {interfaces: [{interface: a, mtu: 0}]}}", "mtu: 1500\n" },
        // merge.go: what a pointer points at is always taken over
        { "a false behind a pointer counts", "machine: {install: {wipe: true}}", "machine: {install: {wipe: false}}", "wipe: false\n" },
        { "an absent boolean behind a pointer changes nothing", "machine: {install: {wipe: true}}", "machine: {install: {image: x}}",
            "wipe: true\n" },
        { "a zero behind a pointer counts", Volume + "---\napiVersion: v1alpha1\nkind: ZswapConfig\nmaxPoolPercent: 20\n",
            "apiVersion: v1alpha1\nkind: ZswapConfig\nmaxPoolPercent: 0\n", "maxPoolPercent: 0\n" },
        { "a false behind a pointer in a part that is no pointer is kept", Volume, Volume + "mount: {secure: false}",
            "mount:\n    secure: false\n" },
        // siderolabs/crypto x509/key.go decodes an absent key to empty bytes, and bytes replace
        { "a pair is replaced even in part", "machine: {ca: {crt: Zm9v, key: Zm9v}}", "machine: {ca: {crt: YmFy}}",
            "crt: YmFy\n        key: \"\"\n" },
        // v1alpha1_types.go, merge:"replace"
        { "pod subnets are replaced", "cluster: {network: {podSubnets: [10.0.0.0/8]}}", "cluster: {network: {podSubnets: [10.1.0.0/16]}}",
            "podSubnets:\n            - 10.1.0.0/16\n        serviceSubnets: []\n" },
        { "an audit policy is replaced", "cluster: {apiServer: {auditPolicy: {kind: A, rules: [1]}}}",
            "cluster: {apiServer: {auditPolicy: {kind: B}}}", "auditPolicy:\n            kind: B\n" },
        { "an empty audit policy changes nothing", "cluster: {apiServer: {auditPolicy: {kind: A}}}",
            "cluster: {apiServer: {auditPolicy: {}}}", "auditPolicy:\n            kind: A\n" },
        // v1alpha1_types.go, NetworkDeviceList and VlanList
        { "interfaces merge by name", "machine: {network: {interfaces: [{interface: a, dhcp: true}]}}",
            "machine: {network: {interfaces: [{interface: a, dhcp: false}]}}", "- interface: a\n              dhcp: false\n" },
        {
            "interfaces merge by an equal selector", "machine: {network: {interfaces: [{deviceSelector: {driver: x}, dhcp: true}]}}",
            "machine: {network: {interfaces: [{deviceSelector: {driver: x}, mtu: 9000}]}}",
            "driver: x\n              mtu: 9000\n              dhcp: true\n"
        },
        {
            "a selector with a boolean never matches", "machine: {network: {interfaces: [{deviceSelector: {physical: true}, mtu: 1}]}}",
            "machine: {network: {interfaces: [{deviceSelector: {physical: true}, mtu: 2}]}}", "mtu: 1\n            - deviceSelector:\n"
        },
        {
            "VLANs merge by number", "machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 4, mtu: 1}]}]}}",
            "machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 4, dhcp: true}, {vlanId: 5}]}]}}",
            "dhcp: true\n                  vlanId: 4\n                  mtu: 1\n"
        },
        { "two entries of one patch merge too", "machine: {network: {}}",
            "machine: {network: {interfaces: [{interface: a, mtu: 1}, {interface: a, dhcp: true}]}}",
            "- interface: a\n              mtu: 1\n              dhcp: true\n" },
        // v1alpha1_types.go, AdmissionPluginConfigList
        {
            "admission plugins merge by name", "cluster: {apiServer: {admissionControl: [{name: P, configuration: {a: 1}}]}}",
            "cluster: {apiServer: {admissionControl: [{name: P, configuration: {b: 2}}]}}",
            "- name: P\n              configuration:\n                a: 1\n                b: 2\n"
        },
        // meta/args.go
        { "arguments are replaced by key", "cluster: {proxy: {extraArgs: {a: [x, y], b: z}}}", "cluster: {proxy: {extraArgs: {a: w}}}",
            "a: w\n            b: z\n" },
        // v1alpha1_types.go, Endpoint: net/url's fields merge one by one
        {
            "a URL merges part by part", "cluster: {controlPlane: {endpoint: 'https://a:6443/path'}}",
            "cluster: {controlPlane: {endpoint: 'https://b:6443'}}",
            "endpoint: https://b:6443/path\n"
        },
        // cel.go and byte_size.go: an expression and a size that are no pointers are taken from the patch even if it has none
        { "a CEL expression goes when the patch has none", Volume + "provisioning: {diskSelector: {match: 'true'}, maxSize: 1GB}", Volume
            + "provisioning: {grow: true}", "provisioning:\n    grow: true\n    maxSize: 1GB\n" },
        // runtime/extensions/service_config.go, ConfigFileList
        {
            "files of an extension merge by path",
            "apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: x\nconfigFiles: [{content: a, mountPath: /a}]",
            "apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: x\nconfigFiles: [{content: b, mountPath: /a}, {content: c, "
                + "mountPath: /c}]",
            "- content: b\n      mountPath: /a\n    - content: c\n      mountPath: /c\n"
        },
        // security/image_verification.go: an entry takes the place of one for the same images
        {
            "rules for images are swapped",
            "apiVersion: v1alpha1\nkind: ImageVerificationConfig\nrules: [{image: a/*, skip: true}, {image: b/*, deny: true}]",
            "apiVersion: v1alpha1\nkind: ImageVerificationConfig\nrules: [{image: a/*, deny: true}]",
            "- image: a/*\n      deny: true\n    - image: b/*\n"
        },
        // network/rule_config.go
        {
            "ports of a rule are replaced",
            "apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: r\nportSelector: {ports: [80], protocol: tcp}\ningress: [{subnet: "
                + "10.0.0.0/8}]",
            "apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: r\nportSelector: {ports: [443-444]}\ningress: [{subnet: 10.9.0.0/16}]",
            "ports:\n        - 443-444\n    protocol: tcp\ningress:\n    - subnet: 10.9.0.0/16\n"
        },
        // configpatcher/strategic.go: documents match by apiVersion, kind and name
        { "a document of another name is appended", Link + "mtu: 1", "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nmtu: 2",
            "mtu: 1\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nmtu: 2\n" },
        { "a document of the same name is merged", Link + "mtu: 1", Link + "up: true", "name: eth0\nup: true\nmtu: 1\n" },
        { "the v1alpha1 document comes first", Link, "machine: {type: worker}", "version: \"\"\nmachine:\n    type: worker\n" },
        // configpatcher_test.go, manifests: v1alpha1_types.go ClusterInlineManifests drops line breaks before
        { "line breaks before a manifest are dropped", "cluster: {inlineManifests: [{name: a, contents: \"\\n\\na: b\\n\"}]}",
            "cluster: {clusterName: x}", "contents: |\n            a: b\n" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Patches_merge_as_in_Talos(string rule, string text, string patch, string expected) =>
        Assert.True(Patched.Text(text, patch).Contains(expected, StringComparison.Ordinal), $"{rule}:\n{Patched.Text(text, patch)}");

    [Fact]
    public void A_booleans_absence_in_a_patch_is_false_where_it_is_no_pointer()
    {
        // v1alpha1_types.go has plain booleans in entries of lists alone: lists with a key merge entries, and BGP's neighbors are replaced
        // as a whole.
        var text = "cluster: {apiServer: {extraVolumes: [{hostPath: /a, readonly: true}]}}";
        Assert.Contains("readonly: true", Patched.Text(text, "cluster: {apiServer: {image: x}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_two_kinds_in_a_free_form_part_are_refused() =>
        Assert.Contains("a text cannot be merged into a number",
            Patched.Mistake("machine: {pods: []}\ncluster: {scheduler: {config: {a: 1}}}", "cluster: {scheduler: {config: {a: x}}}"),
            StringComparison.Ordinal);

    [Fact]
    public void Patches_apply_in_order() =>
        Assert.Contains("token: c\n", Patched.Text("machine: {token: a}", "machine: {token: b}", "machine: {token: c}"),
        StringComparison.Ordinal);

    [Fact]
    public void Documents_that_configure_one_link_are_refused() =>
        Assert.Contains("LinkConfig/eth0 configures the same",
            Patched.Mistake(Link, "apiVersion: v1alpha1\nkind: DummyLinkConfig\nname: eth0\n"), StringComparison.Ordinal);

    [Fact]
    public void A_base_with_an_unknown_field_is_refused_with_its_line() =>
        Assert.Contains("line 2: v1alpha1 machine.kubelett: unknown field; did you mean kubelet?",
            Patched.Mistake("machine:\n  kubelett: {}\n", "machine: {token: x}"), StringComparison.Ordinal);

    [Theory]
    [InlineData(13, "p:5: LinkConfig/eth0: duplicate document; write its changes into one")]
    [InlineData(14, "")]
    public void A_patch_that_has_a_document_twice_is_for_1_14_alone(int minor, string expected) // configloader/internal/decoder/decoder.go
    {
        var mistakes = new List<ConfigurationMistake>();
        ConfigurationPatch.Read($"{Link}---\n{Link}", "p", new ConfigurationOptions { Release = new(1, minor) }, mistakes);
        Assert.Equal(expected, string.Join('\n', mistakes.Where(m => m.Message.Contains("duplicate", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_patch_with_an_unknown_field_is_refused_with_its_file() =>
        Assert.Contains("p1:2: v1alpha1 machine.tokn: unknown field", Patched.Mistake("machine: {token: x}", "machine:\n  tokn: y\n"),
            StringComparison.Ordinal);
}
