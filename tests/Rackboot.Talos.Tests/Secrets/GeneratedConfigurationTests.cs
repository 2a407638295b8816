using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>Secrets go into a configuration and come out of it again.</summary>
public sealed class GeneratedConfigurationTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(14)]
    public void The_secrets_of_a_generated_control_plane_configuration_are_those_it_was_made_from(int minor)
    {
        var text = Generate(Sample.WithEd25519, MachineRole.ControlPlane, minor);
        Assert.Equal(Sample.WithEd25519, Sample.Read(text));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(14)]
    public void A_worker_gets_no_key_of_a_CA(int minor)
    {
        var text = Generate(Sample.Secrets, MachineRole.Worker, minor);
        foreach (var key in (SecretText[])[Sample.Secrets.Os.Key, Sample.Secrets.K8s.Key, Sample.Secrets.Etcd.Key,
            Sample.Secrets.K8sServiceAccount])
        {
            Assert.DoesNotContain(Sample.Base64(key.Reveal()), text, StringComparison.Ordinal);
            Assert.DoesNotContain(key.Reveal().Split('\n')[1], text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_CA_under_renewal_is_accepted_by_every_node()
    {
        Assert.True(SecretsRenewal.TryBegin(
            Sample.Secrets, RenewableAuthority.Os, Sample.Contract, Sample.Now, out var secrets, out _));
        foreach (var role in (MachineRole[])[MachineRole.ControlPlane, MachineRole.Worker])
            Assert.Contains(Sample.Base64(secrets.OsAccepted[0]), Generate(secrets, role, 13), StringComparison.Ordinal);
    }

    private static string Generate(ClusterSecrets secrets, MachineRole role, int minor)
    {
        var mistakes = new List<ConfigurationMistake>();
        var settings = new ClusterSettings("prod", new Uri("https://10.20.0.10:6443"), "v1.36.3", new TalosRelease(1, minor));
        var configuration = BaseConfiguration.Generate(settings, secrets, role, mistakes);
        Assert.Empty(mistakes);
        return configuration!.ToYaml();
    }
}
