using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Cel;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Validation;
using Rackboot.Tests.Shared;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>Texts as nobody should send them are mistakes, never exceptions.</summary>
public sealed class HostileConfigurationTests
{
    private static readonly byte[][] Texts =
    [
        .. new[]
        {
            "version: v1alpha1\nmachine:\n  type: worker\n  token: &t abc.def\n  ca: {crt: LS0=, key: ''}\n  network:\n    interfaces:\n "
                + "     - interface: eth0\n        bond: {mode: 802.3ad, interfaces: [a, b]}\n"
                + "        vlans: [{vlanId: 4, vip: {ip: 10.0.0.1}}]\n  files: [{permissions: 0o644, content: *t}]\ncluster:\n  "
                    + "controlPlane: {endpoint: 'https://[fd00::1]:6443/'}\n  discovery: {enabled: true}\n",
            "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  diskSelector: {match: disk.size > 10u * GB && "
                + "disk.model in ['a', \"b\"]}\n  maxSize: -25%\n  minSize: 1GiB\n"
                + "encryption: {provider: luks2, keys: [{slot: 0, tpm: {options: {pcrs: [7]}}}]}\n---\napiVersion: v1alpha1\nkind: "
                    + "KubeNetworkConfig\npodSubnets: [10.0.0.0/8, 'fd00::/48']\n",
            "machine:\n  network: {interfaces: [{interface: eth0, $patch: delete}]}\n  sysctls: {a: {$patch: delete}, <<: {b: c}}\n---\n"
                + "apiVersion: v1alpha1\nkind: LinkConfig\nname: a\n$patch: delete\n",
            "[{\"op\": \"add\", \"path\": \"/machine/certSANs/-\", \"value\": {\"a\": [1, 2.5, null]}}, {\"op\": \"move\", \"from\": "
                + "\"/cluster\", \"path\": \"/machine/x~1y\"}]",
            "apiVersion: v1alpha1\nkind: RoutingRuleConfig\nname: '100'\ntable: main\nsrc: 10.0.0.0/8\n---\napiVersion: v1alpha1\nkind: "
                + "NetworkRuleConfig\nname: r\nportSelector: {ports: [1-9, 5, 80]}\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public void Reading_checking_and_patching_never_throw() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(HostileBytes.From(Texts).ToArbitrary(), bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var mode in Enum.GetValues<RuntimeMode>())
            ConfigurationValidator.Validate(text, new ConfigurationOptions { Mode = mode });
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions();
        var hostile = ConfigurationPatch.Read(text, null, options, mistakes);
        foreach (var sound in Texts.Select(Encoding.UTF8.GetString))
        {
            if (hostile is not null)
                ConfigurationPatcher.Apply(sound, [hostile], options, mistakes);
            if (ConfigurationPatch.Read(sound, null, options, mistakes) is { } patch)
                ConfigurationPatcher.Apply(text, [patch], options, mistakes);
        }
    }));

    // Without its last line break the parser below reads this without an end: the text fills its buffer.
    [Theory]
    [InlineData("%b ")]
    [InlineData("a: 1\n%b ")]
    public async Task A_text_that_ends_with_a_directive_is_read_to_its_end(string begin)
    {
        var text = begin.PadRight(4096, 'c');
        var limit = TimeSpan.FromSeconds(30);
        await Task.Run(() => ConfigurationValidator.Validate(text, new ConfigurationOptions())).WaitAsync(limit);
        await Task.Run(() => Rackboot.Talos.ImageFactory.Schematic.TryParse(text, out _, out _)).WaitAsync(limit);
    }

    [Fact]
    public void Expressions_never_throw() => FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        HostileBytes.From(
            [.. new[] { "disk.size > 100u * GB && !disk.rotational ? true : glob('a*', disk.model)",
            "[1, 2].exists(x, x > 1) || {'a': 1}['a'] == 1", "r'a\\' + b\"x\"" }.Select(Encoding.UTF8.GetBytes)]).ToArbitrary(),
        bytes => { CelChecker.Mistake(Encoding.UTF8.GetString(bytes), CelEnvironment.Disk, CelType.Bool); }));

    [Fact]
    public void What_is_written_is_read_back_the_same() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(ArbMap.Default.ArbFor<string>(), value =>
    {
        value = new string([.. (value ?? "").Where(c => !char.IsSurrogate(c) && c is not ('\ufffe' or '\uffff' or '\0'))]);
        var mistakes = new List<ConfigurationMistake>();
        var node = new Talos.Configuration.Yaml.YamlMapping();
        var inner = new Talos.Configuration.Yaml.YamlMapping();
        node.Add("machine", inner);
        inner.Add("token", Talos.Configuration.Yaml.YamlScalar.Text(value));
        var text = Talos.Configuration.Yaml.YamlWriter.Write([node]);
        Assert.True(Talos.Configuration.Yaml.YamlReader.TryRead(text, out var documents, out var error, out _), error);
        var read = ((documents[0] as Talos.Configuration.Yaml.YamlMapping)!["machine"] as Talos.Configuration.Yaml.YamlMapping)!["token"];
        Assert.Equal(value, (read as Talos.Configuration.Yaml.YamlScalar)!.Value);
        Assert.Equal(Talos.Configuration.Yaml.YamlKind.String, ((Talos.Configuration.Yaml.YamlScalar)read).Kind);
    }));
}
