using Rackboot.Fuzzing.Engine;
using Rackboot.Talos;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Cel;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Validation;
using Rackboot.Talos.Configuration.Yaml;
using Rackboot.Talos.ImageFactory;
using Rackboot.Talos.Secrets;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>Machine configurations, patches, secrets and schematics, as operators write them.</summary>
internal static class TalosDocuments
{
    private const string Worker = "version: v1alpha1\nmachine:\n  type: worker\n  token: &t abc.def\n  ca: {crt: LS0=, key: ''}\n"
        + "  network:\n    interfaces:\n      - interface: eth0\n        vlans: [{vlanId: 4, vip: {ip: 10.0.0.1}}]\n  files: "
        + "[{permissions: "
        + "0o644, content: *t}]\ncluster:\n  controlPlane: {endpoint: 'https://[fd00::1]:6443/'}\n";

    private const string Volume = "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning:\n  diskSelector: {match: "
        + "disk.size > 10u * GB}\n  maxSize: -25%\n---\napiVersion: v1alpha1\nkind: KubeNetworkConfig\npodSubnets: [10.0.0.0/8]\n";

    private const string Patch = "machine:\n  network: {interfaces: [{interface: eth0, $patch: delete}]}\n  sysctls: {a: {$patch: "
        + "delete}}\n";

    private const string JsonPatch = "[{\"op\": \"add\", \"path\": \"/machine/certSANs/-\", \"value\": {\"a\": [1, 2.5, null]}}, "
        + "{\"op\": \"move\", \"from\": \"/cluster\", \"path\": \"/machine/x~1y\"}]";

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("yaml", "Rackboot.Talos", Yaml)
        {
            Seeds = Texts(Worker, "a: &x [1, {b: *x}]\n--- !!str |\n  text\n...\n? [k]\n: \"\\u0041\"\n", "{\"a\": [true, null, 0x1f, "
                + "1e3, .inf]}"),
        },
        new("machine-configuration", "Rackboot.Talos", Configuration)
        {
            Seeds = Texts(Worker, Volume), MostMegabytes = 64, MostTime = TimeSpan.FromSeconds(3),
        },
        new("configuration-patch", "Rackboot.Talos", Patched)
        {
            Seeds = Texts(Patch, JsonPatch, Volume), MostMegabytes = 64, MostTime = TimeSpan.FromSeconds(3),
        },
        new("cel-expression", "Rackboot.Talos", Expression)
        {
            Seeds = Texts("disk.size > 100u * GB && !disk.rotational ? true : glob('a*', disk.model)", "[1, 2].exists(x, x > 1) || {'a': "
                + "1}['a'] == 1",
                "r'a\\' + b\"x\""),
        },
        new("secrets-file", "Rackboot.Talos", Secrets)
        {
            Seeds = Texts("cluster:\n    id: aWQ=\n    secret: c2VjcmV0\nsecrets:\n    bootstraptoken: abcdef.0123456789abcdef\ncerts:\n "
                + "   etcd:\n"
                + "        crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t\n        key: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0t\n"),
        },
        new("schematic", "Rackboot.Talos", ReadSchematic)
        {
            Seeds = Texts("customization:\n  extraKernelArgs: [a=b]\n  meta: [{key: 0xa, value: v}]\n  systemExtensions: "
                + "{officialExtensions: [x/y]}\n"
                + "overlay: {name: rpi, image: a/b, options: {c: d}}\n"),
        },
    ];

    private static void Yaml(byte[] input)
    {
        if (!YamlReader.TryRead(Text(input), out var documents, out var error, out _))
            Promise(error is not null, "a reason");
        else
            foreach (var document in documents)
                JsonText.Write(document);
        YamlLeaves.TryRead(Text(input), out _, out _);
    }

    private static void Configuration(byte[] input)
    {
        var options = new ConfigurationOptions();
        ConfigurationValidator.Validate(Text(input), options);
        var mistakes = new List<ConfigurationMistake>();
        var read = MachineConfiguration.Read(Text(input), options, mistakes);
        if (mistakes.Count > 0)
            return;

        // What is read, written and read again is the same.
        var written = read.ToYaml();
        var again = MachineConfiguration.Read(written, options, mistakes).ToYaml();
        Promise(mistakes.Count == 0 && again == written, "a configuration that was read is written as one that is read as the same");
    }

    private static void Patched(byte[] input)
    {
        var (options, mistakes) = (new ConfigurationOptions(), new List<ConfigurationMistake>());
        if (ConfigurationPatch.Read(Text(input), null, options, mistakes) is { } patch)
            foreach (var text in new[] { Worker, Volume })
                ConfigurationPatcher.Apply(text, [patch], options, mistakes);
    }

    private static void Expression(byte[] input) => CelChecker.Mistake(Text(input), CelEnvironment.Disk, CelType.Bool);

    private static void Secrets(byte[] input)
    {
        if (!SecretsFile.TryRead(Text(input), out _, out var mistakes))
            Promise(mistakes.Count > 0, "a reason");
    }

    private static void ReadSchematic(byte[] input)
    {
        if (!Schematic.TryParse(Text(input), out var schematic, out var mistakes))
            Promise(mistakes.Count > 0, "a reason");
        else
            Promise(schematic.Id.Length == 64, "an id");
    }
}
