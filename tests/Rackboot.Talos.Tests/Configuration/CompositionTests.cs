using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Validation;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>The base of a role and a machine's own values: siderolabs/talos pkg/machinery/config/generate and
/// config/types/v1alpha1/testdata/stability.</summary>
public sealed class CompositionTests
{
    private const string Secret = "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI=";

    private static readonly CertificateAndKey Pair = new(TestCertificate.Pem, new(TestCertificate.Key));

    private static readonly ClusterSecrets Secrets = new()
    {
        ClusterId = "id=",
        ClusterSecret = new(Secret),
        BootstrapToken = new("boot.token"),
        SecretboxEncryptionSecret = new("box"),
        TrustdToken = new("trust.token"),
        Etcd = new("etcd-crt", new("etcd-key")),
        K8s = Pair,
        K8sAggregator = Pair,
        K8sServiceAccount = Pair.Key,
        Os = new("os-crt", new("os-key")),
    };

    private static readonly MachineValues Values = new()
    {
        Hostname = "node-01",
        Disk = new InstallDisk { Serial = "S3X*", Size = ">= 400GB", Type = "nvme" },
        InstallerImage = "factory.example/metal-installer/abc:v1.13.9",
        Address = new StaticAddress("52:54:00:AA:00:01", "10.20.0.21/24", "10.20.0.1", ["10.20.0.1"]) { Shared = "10.20.0.10" },
        TimeServers = ["10.20.0.1"],
        MirrorsOnly = true,
        RegistryMirrors = new Dictionary<string, IReadOnlyList<RegistryEndpoint>>
        {
            ["docker.io"] = [new("http://10.20.0.1:8080")],
            ["*"] = [new("http://10.20.0.1:8080/v2/all", true)]
        },
        NodeLabels = new Dictionary<string, string> { ["rack"] = "r1" },
        NodeTaints = new Dictionary<string,
        string>
        { ["only"] = "db:NoSchedule" },
    };

    public static TheoryData<int, MachineRole> Contracts =>
        [.. from minor in Enumerable.Range(11, 4) from role in Enum.GetValues<MachineRole>() select (minor, role)];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void The_base_of_every_contract_and_role_is_valid_for_its_release_and_newer_ones(int minor, MachineRole role)
    {
        var mistakes = new List<ConfigurationMistake>();
        var configuration = BaseConfiguration.Generate(Settings(minor), Secrets, role, mistakes)!;
        Assert.Empty(mistakes);
        for (var release = minor; release <= 14; release++)
            Assert.DoesNotContain(ConfigurationValidator.Validate(configuration.ToYaml(),
                new ConfigurationOptions { Release = new(1, release), Mode = RuntimeMode.Cloud }), m => !m.IsWarning);
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_machine_with_every_value_is_valid(int minor, MachineRole role)
    {
        var values = role == MachineRole.Worker ? Values with { Address = Values.Address! with { Shared = null } } : Values;
        var yaml = Compose(minor, role, values).ToYaml();
        Assert.DoesNotContain(ConfigurationValidator.Validate(yaml, new ConfigurationOptions { Release = new(1, minor) }), m =>
            !m.IsWarning);
        foreach (var text in new[] { "node-01", "10.20.0.21/24", "http://10.20.0.1:8080", "rack: r1", "only: db:NoSchedule", "S3X*",
            Values.InstallerImage! })
            Assert.Contains(text, yaml, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void A_worker_gets_no_key_of_a_CA(int minor, MachineRole role)
    {
        var yaml = Compose(minor, role, new MachineValues { Disk = new InstallDisk { Path = "/dev/sda" } }).ToYaml();
        Assert.Equal(role == MachineRole.ControlPlane, yaml.Contains(Base64("os-key"), StringComparison.Ordinal));
        Assert.Equal(role == MachineRole.ControlPlane, yaml.Contains("etcd", StringComparison.Ordinal));
        Assert.Equal(role == MachineRole.ControlPlane, yaml.Contains("PRIVATE KEY", StringComparison.Ordinal)
            || yaml.Contains(Base64(TestCertificate.Key), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(11, "stableHostname: true")]
    [InlineData(11, "        certSANs:\n            - 10.20.0.10\n        disablePodSecurityPolicy: true")]
    [InlineData(12, "network: {}\n")]
    [InlineData(12, "grubUseUKICmdline: true")]
    [InlineData(13, "kind: HostnameConfig\nauto: stable\n")]
    [InlineData(13, "kubePrism:\n            enabled: true\n            port: 7445")]
    [InlineData(14,
        "kind: KubeEtcdEncryptionConfig\nconfig:\n    resources:\n        - providers:\n            - secretbox:\n                keys:\n"
        + "                    - name: key2\n                      secret: box\n")]
    [InlineData(14, "taints:\n    node-role.kubernetes.io/control-plane: NoSchedule\n")]
    public void Each_contract_has_its_own_shape(int minor, string expected)
    {
        var mistakes = new List<ConfigurationMistake>();
        Assert.Contains(expected, BaseConfiguration.Generate(Settings(minor), Secrets, MachineRole.ControlPlane, mistakes)!.ToYaml(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Patches_have_the_last_word_and_the_nearest_to_the_machine_the_very_last()
    {
        var yaml = Compose(13, MachineRole.Worker, Values with { Address = null }, "machine: {sysctls: {a: profile, b: profile}}",
            "machine: {sysctls: {a: machine}, install: {disk: /dev/vda, diskSelector: {$patch: delete}}}").ToYaml();
        Assert.Contains("a: machine\n        b: profile\n", yaml, StringComparison.Ordinal);
        Assert.Contains("disk: /dev/vda\n", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("diskSelector", yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_composition_that_Talos_would_refuse_is_refused_with_the_reason()
    {
        var mistakes = new List<ConfigurationMistake>();
        var composer = ConfigurationComposer.Create(Settings(13), Secrets, MachineRole.Worker, new ConfigurationOptions(), mistakes)!;
        Assert.Null(composer.Compose(new MachineValues { Hostname = "a" }, [], mistakes));
        Assert.Contains("machine.install: needs disk or diskSelector", string.Join('\n', mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_that_only_the_whole_shows_is_that_of_the_patch_that_made_it()
    {
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions { Release = new(1, 13) };
        var composer = ConfigurationComposer.Create(Settings(13), Secrets, MachineRole.Worker, options, mistakes)!;
        var patches = new[]
        {
            ("all.yaml", "cluster:\n  discovery: { enabled: true }\n"),
            ("cp.yaml", "machine: {}\n---\nmachine:\n  install:\n    disk: { $patch: delete }\n"),
            ("last.yaml", "machine: { sysctls: { a: b } }\n"),
        }.Select(p => ConfigurationPatch.Read(p.Item2, p.Item1, options, mistakes)!).ToList();
        Assert.Empty(mistakes);
        Assert.Null(composer.Compose(new MachineValues { Disk = new InstallDisk { Path = "/dev/sda" } }, patches, mistakes));
        Assert.StartsWith("cp.yaml:", Assert.Single(mistakes, m => !m.IsWarning).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.30.0", "Talos 1.13 supports Kubernetes 1.31 to 1.36, not 1.30")]
    [InlineData("v1.37.1", "Talos 1.13 supports Kubernetes 1.31 to 1.36, not 1.37")]
    [InlineData("latest", "needs a tag with the Kubernetes release")]
    public void A_release_of_Kubernetes_that_the_node_would_refuse_is_refused_before(string version, string expected)
    {
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions { Release = new(1, 13) };
        var settings = Settings(13) with { KubernetesVersion = version };
        var composer = ConfigurationComposer.Create(settings, Secrets, MachineRole.ControlPlane, options, mistakes)!;
        Assert.Null(composer.Compose(Values, [], mistakes));
        Assert.Contains(expected, string.Join('\n', mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_wrong_are_refused()
    {
        var mistakes = new List<ConfigurationMistake>();
        Assert.Null(BaseConfiguration.Generate(Settings(14) with { PodSubnets = ["10.0.0.0/99"] }, Secrets, MachineRole.Worker, mistakes));
        Assert.Contains("podSubnets[0]", string.Join('\n', mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_look_like_something_else_stay_texts()
    {
        var mistakes = new List<ConfigurationMistake>();
        var yaml = BaseConfiguration.Generate(Settings(13) with { Name = "yes" }, Secrets, MachineRole.Worker, mistakes)!.ToYaml();
        Assert.Contains("clusterName: 'yes'\n", yaml, StringComparison.Ordinal);
    }

    private static ClusterSettings Settings(int minor) =>
        new("prod", new Uri("https://10.20.0.10:6443"), $"v1.{minor + 20}.0", new(1, minor));

    private static MachineConfiguration Compose(int minor, MachineRole role, MachineValues values, params string[] patches)
    {
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions { Release = new(1, minor) };
        var composer = ConfigurationComposer.Create(Settings(minor), Secrets, role, options, mistakes)!;
        var read = patches.Select(p => ConfigurationPatch.Read(p, null, options, mistakes)!).ToList();
        var composed = composer.Compose(values, read, mistakes);
        Assert.DoesNotContain(mistakes, m => !m.IsWarning);
        return composed!;
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
