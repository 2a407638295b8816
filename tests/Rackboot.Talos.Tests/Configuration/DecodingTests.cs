using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Strict decoding: siderolabs/talos pkg/machinery/config/configloader/internal/decoder/decoder.go, siderolabs/gen xyaml, and the
/// types' own notation.</summary>
public sealed class DecodingTests
{
    [Theory]
    [InlineData("machine: {foo: 1}", "machine.foo: unknown field")]
    [InlineData("machine: {kubelets: {}}", "did you mean kubelet?")]
    [InlineData("machine:\n  token: a\n  token: b\n", "line 3: v1alpha1 machine.token: duplicate key; the first is in line 2")]
    [InlineData("machine: {sysctls: {a: b, a: c}}", "machine.sysctls.a: duplicate key")]
    [InlineData("machine: {type: worker}\n---\nmachine: {type: worker}", "duplicate document; the first starts in line 1")]
    [InlineData("apiVersion: v1alpha1\nkind: NoSuchConfig", "kind: unknown kind")]
    [InlineData("apiVersion: v1alpha1\nkind: Hostname", "did you mean HostnameConfig?")]
    [InlineData("apiVersion: v2\nkind: HostnameConfig", "apiVersion: unknown apiVersion; write v1alpha1")]
    [InlineData("kind: HostnameConfig\nhostname: a", "apiVersion is missing")]
    [InlineData("apiVersion: v2\n", "kind is missing")]
    [InlineData("version: v1alpha1\n", "neither a kind nor a machine or cluster section")]
    [InlineData("- a\n- b\n", "a configuration document must be a mapping")]
    [InlineData("", "the text contains no configuration document")]
    [InlineData("# nothing\n---\n", "the text contains no configuration document")]
    [InlineData("machine: [", "not valid YAML")]
    [InlineData("machine:\n\ttype: worker\n", "not valid YAML")]
    [InlineData("machine: {kubelet: text}", "machine.kubelet: needs a mapping, not a single value")]
    [InlineData("machine: {certSANs: text}", "machine.certSANs: needs a list, not a single value")]
    [InlineData("machine: {token: {a: b}}", "machine.token: needs a text, not a mapping")]
    [InlineData("machine: {install: {wipe: perhaps}}", "\"perhaps\" is not true or false")]
    [InlineData("machine: {install: {wipe: 'true'}}", "\"true\" is not true or false")] // quoted, it is a text
    [InlineData("machine: {network: {interfaces: [{mtu: 1.5}]}}", "machine.network.interfaces[0].mtu: \"1.5\" is not an integer")]
    [InlineData("machine: {network: {interfaces: [{vlans: [{vlanId: 70000}]}]}}", "not an integer from 0 to 65535")]
    [InlineData("machine: {time: {bootTimeout: 10}}", "\"10\" is not a duration")]
    [InlineData("machine: {files: [{permissions: '0644'}]}", "not a file mode in octal")]
    [InlineData("machine: {ca: {crt: '***'}}", "machine.ca.crt: is not base64 text")]
    [InlineData("machine: {disks: [{partitions: [{size: many}]}]}", "\"many\" is not a size")]
    [InlineData("machine: {install: {diskSelector: {size: '~ 5GB'}}}", "is not a comparison and a size")]
    [InlineData("cluster: {controlPlane: {endpoint: '://x'}}", "is not a URL")]
    [InlineData("apiVersion: v1alpha1\nkind: LinkConfig\nname: a\naddresses: [{address: 10.0.0.1}]",
        "addresses[0].address: \"10.0.0.1\" is not an address with a prefix length")]
    [InlineData("apiVersion: v1alpha1\nkind: LinkConfig\nname: a\nroutes: [{gateway: 10.0.0.256}]", "is not an IP address")]
    [InlineData("apiVersion: v1alpha1\nkind: LinkConfig\nname: a\nroutes: [{gateway: 010.0.0.1}]", "is not an IP address")]
    [InlineData("apiVersion: v1alpha1\nkind: BondConfig\nname: a\nbondMode: fast", "\"fast\" is not one of balance-rr, active-backup")]
    [InlineData("apiVersion: v1alpha1\nkind: BondConfig\nname: a\nhardwareAddr: zz:11", "is not bytes in hexadecimal")]
    [InlineData("apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: a\nportSelector: {ports: [x-y]}",
        "is not a port or a range of ports")]
    [InlineData("apiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nprovisioning: {maxSize: 120%}",
        "is not a size such as 10GiB or 25%")]
    [InlineData("apiVersion: v1alpha1\nkind: VRFConfig\nname: a\ntable: 300", "is not a routing table")]
    [InlineData("cluster: {proxy: {extraArgs: {a: {b: c}}}}", "needs a text or a list of texts")]
    [InlineData("machine: &a {kubelet: *a}", "contains itself")]
    [InlineData("machine: *nothing", "unknown anchor &nothing")]
    [InlineData("machine: {<<: {type: worker}}", "machine.<<: unknown field")] // xyaml knows no merge keys
    public void What_Talos_refuses_is_refused_with_its_place(string text, string expected) =>
        Assert.Contains(expected, Mistakes(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("machine: {install: {wipe: yes}}", "wipe: true")] // YAML 1.1 words where a boolean is expected
    [InlineData("machine: {install: {wipe: Off}}", "wipe: false")]
    [InlineData("machine: {token: 12345}", "token: \"12345\"")] // any scalar is a text where a text is expected
    [InlineData("machine: {token: true}", "token: \"true\"")]
    [InlineData("machine: {token: '2001-01-01'}", "token: \"2001-01-01\"")]
    [InlineData("machine: {network: {interfaces: [{mtu: 0x5dc}]}}", "mtu: 1500")]
    [InlineData("machine: {network: {interfaces: [{mtu: 1_500}]}}", "mtu: 1500")]
    [InlineData("machine: {network: {interfaces: [{mtu: 1500.0}]}}", "mtu: 1500")]
    [InlineData("machine: {files: [{permissions: 0644}]}", "permissions: 0o644")]
    [InlineData("machine: {files: [{permissions: 0o644}]}", "permissions: 0o644")]
    [InlineData("machine: {files: [{permissions: 420}]}", "permissions: 0o644")]
    [InlineData("machine: {time: {bootTimeout: 90m}}", "bootTimeout: 1h30m0s")]
    [InlineData("machine: {disks: [{partitions: [{size: 100000000}]}]}", "size: 100 MB")]
    [InlineData("machine: {disks: [{partitions: [{size: 1GiB}]}]}", "size: 1073741824")]
    // anchors
    [InlineData("machine: {certSANs: &a [x], acceptedCAs: []}\ncluster: {apiServer: {certSANs: *a}}", "certSANs:\n            - x\n")]
    [InlineData("machine: {sysctls: {<<: {a: '1'}, b: '2'}}", "a: \"1\"\n        b: \"2\"\n")] // merge keys, in mappings by name
    [InlineData("machine: {certSANs: [a, null, b]}", "- a\n        - b\n")]
    [InlineData("machine: {nodeLabels: {a: }}", "a: \"\"")]
    [InlineData("apiVersion: v1alpha1\nkind: BondConfig\nname: a\nbondMode: 802.3AD", "bondMode: 802.3ad")]
    [InlineData("apiVersion: v1alpha1\nkind: BondConfig\nname: a\nfailOverMac: 1", "failOverMac: active")]
    [InlineData("apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: a\nportSelector: {ports: [80, 8000-8100]}",
        "- 80\n        - 8000-8100\n")]
    [InlineData("apiVersion: v1alpha1\nkind: LinkConfig\nname: a\naddresses: [{address: 'FD00::1/64'}]", "address: fd00::1/64")]
    [InlineData("---\n---\nmachine: {type: worker}\n---\n", "type: worker")] // documents that say nothing
    [InlineData("\uFEFFmachine: {type: worker}", "type: worker")]
    public void What_Talos_takes_is_taken_and_written_as_Talos_does(string text, string expected)
    {
        var mistakes = new List<ConfigurationMistake>();
        var yaml = MachineConfiguration.Read(text, new ConfigurationOptions(), mistakes).ToYaml();
        Assert.Empty(mistakes);
        Assert.Contains(expected, yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_is_reported_at_once()
    {
        var mistakes = Mistakes(
            "machine:\n  tokn: a\n  kubelet: x\n---\nkind: HostnameConfig\n---\napiVersion: v1alpha1\nkind: LinkConfig\nnam: b\n")
            .Split('\n');
        Assert.Equal(
            [
                "line 2: v1alpha1 machine.tokn: unknown field; did you mean token?",
                "line 3: v1alpha1 machine.kubelet: needs a mapping, not a single value",
                "line 5: HostnameConfig: apiVersion is missing; write \"apiVersion: v1alpha1\"",
                "line 9: LinkConfig/ nam: unknown field; did you mean name?",
            ],
            mistakes);
    }

    [Theory]
    [InlineData("machine: {token: [SECRETVALUE]}")]
    [InlineData("machine: {ca: {key: SECRETVALUE!}}")]
    [InlineData("machine: {ca: SECRETVALUE}")]
    [InlineData("cluster: {secret: {a: SECRETVALUE}}")]
    [InlineData("cluster: {aescbcEncryptionSecret: [SECRETVALUE]}")]
    [InlineData("apiVersion: v1alpha1\nkind: WireguardConfig\nname: a\nprivateKey: SECRETVALUE")]
    [InlineData("apiVersion: v1alpha1\nkind: DiscoveryIdentityConfig\nclusterID: a\nclusterSecret: SECRETVALUE")]
    [InlineData("apiVersion: v1alpha1\nkind: KubeServiceAccountConfig\nissuer: {privateKey: SECRETVALUE, issuerURL: 'https://a'}")]
    public void The_value_of_a_secret_is_never_quoted(string text)
    {
        var mistakes = Talos.Configuration.Validation.ConfigurationValidator.Validate(text, new ConfigurationOptions());
        Assert.NotEmpty(mistakes);
        Assert.DoesNotContain("SECRETVALUE", string.Join('\n', mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.11", "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable",
        "Talos 1.11 does not support this kind; it needs 1.12 or later")]
    [InlineData("1.13", "apiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: [{address: 10.0.0.1, protocol: DoT}]",
        "Talos 1.13 does not support this field; it needs 1.14 or later")]
    [InlineData("1.12", "apiVersion: v1alpha1\nkind: ExistingVolumeConfig\nname: e\nmount: {secure: false}",
        "Talos 1.12 does not support this field; it needs 1.13 or later")]
    [InlineData("1.12", "cluster: {proxy: {extraArgs: {a: [b]}}}", "Talos 1.12 needs a text here; lists need 1.13 or later")]
    public void An_older_release_is_given_only_what_it_knows(string release, string text, string expected)
    {
        Assert.True(TalosRelease.TryParse(release, out var parsed));
        var mistakes = new List<ConfigurationMistake>();
        MachineConfiguration.Read(text, new ConfigurationOptions { Release = parsed }, mistakes);
        Assert.Contains(expected, string.Join('\n', mistakes), StringComparison.Ordinal);
        mistakes.Clear();
        MachineConfiguration.Read(text, new ConfigurationOptions { Release = TalosRelease.Newest }, mistakes);
        Assert.Empty(mistakes);
    }

    [Theory]
    [InlineData("1.11", "")]
    [InlineData("1.13", "")]
    [InlineData("1.14", "is a date, not a text; write it in quotes")] // go.yaml.in/yaml v4.0.0-rc.6, constructTimestamp
    public void A_date_without_quotes_is_a_text_for_the_older_releases_alone(string release, string expected)
    {
        Assert.True(TalosRelease.TryParse(release, out var parsed));
        var mistakes = new List<ConfigurationMistake>();
        MachineConfiguration.Read("machine: {nodeLabels: {since: 2001-01-01}}", new ConfigurationOptions { Release = parsed }, mistakes);
        Assert.EndsWith(expected, string.Join('\n', mistakes), StringComparison.Ordinal);
        Assert.Equal(expected.Length == 0, mistakes.Count == 0);
    }

    [Theory]
    [InlineData("1.11", "minSize: -1GB", true)] // block/byte_size.go; 1.12 has size.go and percentage_size.go
    [InlineData("1.11", "maxSize: 50%", true)]
    [InlineData("1.11", "maxSize: 50GB", false)]
    [InlineData("1.12", "maxSize: 50%", false)]
    public void Relative_sizes_need_1_12(string release, string size, bool refused)
    {
        Assert.True(TalosRelease.TryParse(release, out var parsed));
        var mistakes = new List<ConfigurationMistake>();
        MachineConfiguration.Read($"apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {{{size}}}",
            new ConfigurationOptions { Release = parsed }, mistakes);
        Assert.Equal(refused, mistakes.Count == 1);
    }

    // go.yaml.in/yaml v4.0.0-rc.6: single quotes where a plain text would be read as something else, double ones for other types.
    [Theory]
    [InlineData("1:30", "'1:30'")]
    [InlineData("[::1]:80", "'[::1]:80'")]
    [InlineData("it's: so", "'it''s: so'")]
    [InlineData("yes", "'yes'")]
    [InlineData("...", "'...'")]
    [InlineData("<<", "'<<'")]
    [InlineData("5", "\"5\"")]
    [InlineData("null", "\"null\"")]
    [InlineData("2001-01-01", "\"2001-01-01\"")]
    [InlineData(":x", ":x")]
    [InlineData("?x", "?x")]
    public void Texts_are_quoted_as_Talos_quotes_them(string text, string expected)
    {
        var yaml = YamlWriter.Write([YamlScalar.Text(text)]);
        Assert.Equal(expected + "\n", yaml);
        Assert.True(YamlReader.TryRead(yaml, out var nodes, out _, out _));
        Assert.Equal(text, Assert.IsType<YamlScalar>(Assert.Single(nodes)).Value);
    }

    [Fact]
    public void Aliases_cannot_grow_without_end()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.False(YamlReader.TryRead(bomb, out _, out var error, out _));
        Assert.Contains("more than 400", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        Assert.False(YamlReader.TryRead(new string('[', 5000) + new string(']', 5000), out _, out var error, out _));
        Assert.Contains("nested deeper than 100 levels", error, StringComparison.Ordinal);
        Assert.False(YamlReader.TryRead(new string('a', YamlReader.MostCharacters + 1), out _, out error, out _));
        Assert.Contains("longer than 8 MiB", error, StringComparison.Ordinal);
    }

    private static string Mistakes(string text)
    {
        var mistakes = new List<ConfigurationMistake>();
        MachineConfiguration.Read(text, new ConfigurationOptions(), mistakes);
        return string.Join('\n', mistakes);
    }
}
