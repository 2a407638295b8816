using Rackboot.Talos.Configuration;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>What a configuration shows without its secrets: the Redact methods of siderolabs/talos pkg/machinery/config/types.</summary>
public sealed class SecretRedactionTests
{
    [Theory]
    [InlineData("machine: {type: worker, token: HIDDEN, ca: {crt: Zm9v, key: SElEREVO}}\ncluster: {secret: HIDDEN, token: HIDDEN, id: "
        + "shown}")]
    [InlineData("cluster: {aescbcEncryptionSecret: HIDDEN, secretboxEncryptionSecret: HIDDEN, serviceAccount: {key: SElEREVO}, "
        + "clusterName: shown}")]
    [InlineData("cluster: {etcd: {ca: {key: SElEREVO}}, aggregatorCA: {key: SElEREVO}, ca: {key: SElEREVO}, clusterName: shown}")]
    [InlineData("machine: {registries: {config: {shown: {auth: {password: HIDDEN, auth: HIDDEN, identityToken: HIDDEN}}}}}")]
    [InlineData("machine: {network: {interfaces: [{interface: shown, wireguard: {privateKey: HIDDEN}}]}}")]
    [InlineData("machine: {network: {interfaces: [{interface: shown, vip: {hcloud: {apiToken: HIDDEN}}}]}}")]
    [InlineData("machine: {systemDiskEncryption: {state: {provider: shown, keys: [{slot: 0, static: {passphrase: HIDDEN}}]}}}")]
    [InlineData("apiVersion: v1alpha1\nkind: SideroLinkConfig\napiUrl: https://shown/?jointoken=HIDDEN&a=b\nuniqueToken: HIDDEN")]
    [InlineData("apiVersion: v1alpha1\nkind: WireguardConfig\nname: shown\nprivateKey: HIDDEN\npeers: [{presharedKey: HIDDEN}]")]
    [InlineData("apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: shown\nencryption: {provider: luks2, keys: [{slot: 0, static: "
        + "{passphrase: HIDDEN}}]}")]
    [InlineData("apiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: shown\nusername: a\npassword: HIDDEN")]
    [InlineData("apiVersion: v1alpha1\nkind: HCloudVIPConfig\nname: shown\napiToken: HIDDEN")]
    [InlineData("apiVersion: v1alpha1\nkind: DiscoveryIdentityConfig\nclusterID: shown\nclusterSecret: HIDDEN")]
    [InlineData("apiVersion: v1alpha1\nkind: KubeServiceAccountConfig\nissuer: {privateKey: HIDDEN, issuerURL: 'https://shown'}")]
    [InlineData("apiVersion: v1alpha1\nkind: KubeAPIServerCAConfig\nissuingCA: {cert: shown, key: HIDDEN}")]
    [InlineData("apiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {resources: [{providers: [{secretbox: {keys: [{name: "
        + "shown, secret: HIDDEN}]}}]}]}")]
    public void Secrets_are_gone_and_the_rest_is_there(string text)
    {
        var mistakes = new List<ConfigurationMistake>();
        var shown = SecretRedaction.Redact(MachineConfiguration.Read(text, new ConfigurationOptions(), mistakes)).ToYaml();
        Assert.Empty(mistakes);
        Assert.DoesNotContain("HIDDEN", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("SElEREVO", shown, StringComparison.Ordinal);
        Assert.Contains("***", shown, StringComparison.Ordinal);
        Assert.Matches("shown|worker", shown);
    }

    [Fact]
    public void An_empty_secret_stays_empty()
    {
        var mistakes = new List<ConfigurationMistake>();
        var shown = SecretRedaction.Redact(MachineConfiguration.Read("machine: {type: worker}", new ConfigurationOptions(), mistakes))
            .ToYaml();
        Assert.Contains("token: \"\"\n", shown, StringComparison.Ordinal);
    }
}
