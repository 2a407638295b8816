using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;
using Rackboot.Tests.Shared;

namespace Rackboot.Talos.Tests.Secrets;

public sealed class SecretsFileTests
{
    [Fact]
    public void Secrets_yaml_has_talosctls_keys_order_and_indent()
    {
        // siderolabs/talos pkg/machinery/config/generate/secrets/secrets.go and testdata/secrets.yaml.
        var s = Sample.Secrets;
        Assert.Equal(
            $"""
            cluster:
                id: {s.ClusterId}
                secret: {s.ClusterSecret.Reveal()}
            secrets:
                bootstraptoken: {s.BootstrapToken.Reveal()}
                secretboxencryptionsecret: {s.SecretboxEncryptionSecret!.Reveal()}
            trustdinfo:
                token: {s.TrustdToken.Reveal()}
            certs:
                etcd:
                    crt: {Sample.Base64(s.Etcd.Certificate)}
                    key: {Sample.Base64(s.Etcd.Key.Reveal())}
                k8s:
                    crt: {Sample.Base64(s.K8s.Certificate)}
                    key: {Sample.Base64(s.K8s.Key.Reveal())}
                k8saggregator:
                    crt: {Sample.Base64(s.K8sAggregator.Certificate)}
                    key: {Sample.Base64(s.K8sAggregator.Key.Reveal())}
                k8sserviceaccount:
                    key: {Sample.Base64(s.K8sServiceAccount.Reveal())}
                os:
                    crt: {Sample.Base64(s.Os.Certificate)}
                    key: {Sample.Base64(s.Os.Key.Reveal())}

            """,
            Sample.Yaml(s));
    }

    [Fact]
    public void What_is_exported_is_imported_byte_for_byte()
    {
        var old = SecretsGenerator.Generate(new TalosRelease(1, 2), Sample.Now);
        foreach (var secrets in new[] { Sample.Secrets, Sample.WithEd25519, old,
            Sample.Secrets with { BootstrapToken = new("123456.1234567890123456") } })
        {
            var yaml = Sample.Yaml(secrets);
            Assert.Equal(secrets, Sample.Read(yaml));
            Assert.Equal(yaml, Sample.Yaml(Sample.Read(yaml)));
        }
    }

    [Fact]
    public void A_token_of_digits_is_quoted_so_that_it_stays_text() =>
        Assert.Contains(
            "    bootstraptoken: \"123456.1234567890123456\"\n",
                Sample.Yaml(Sample.Secrets with { BootstrapToken = new("123456.1234567890123456") }),
            StringComparison.Ordinal);

    [Fact]
    public void Every_mistake_is_named_with_its_place_and_shows_no_secret()
    {
        // The mistakes of siderolabs/talos pkg/machinery/config/generate/secrets/validate_test.go, and a key of another CA.
        var s = Sample.Secrets;
        var yaml = Sample.Yaml(s with { Etcd = s.Etcd with { Key = s.K8s.Key } })
            .Replace($"    secret: {s.ClusterSecret.Reveal()}\n", "", StringComparison.Ordinal)
            .Replace($"    secretboxencryptionsecret: {s.SecretboxEncryptionSecret!.Reveal()}\n", "", StringComparison.Ordinal)
            .Replace($"        crt: {Sample.Base64(s.K8s.Certificate)}\n", "        crt: \"?\"\n", StringComparison.Ordinal)
            .Replace(Sample.Base64(s.Os.Key.Reveal()), Sample.Base64(s.Os.Certificate), StringComparison.Ordinal)
            .Replace("    token:", "    tokens:", StringComparison.Ordinal);
        Assert.False(SecretsFile.TryRead(yaml, out var secrets, out var mistakes));
        Assert.Null(secrets);
        Assert.Equal(
            [
                "cluster.secret is missing", "trustdinfo.token is missing",
                "secrets.secretboxencryptionsecret is missing (or secrets.aescbcencryptionsecret, for a cluster created before Talos 1.3)",
                "certs.etcd: the key does not match the certificate", "certs.k8s.crt (line 12) is not base64-encoded PEM",
                "certs.os: the key is not a PEM EC, Ed25519 or RSA private key",
            ],
            mistakes);
    }

    [Fact]
    public void Both_encryption_secrets_at_once_are_a_mistake()
    {
        Assert.False(SecretsFile.TryRead(Sample.Yaml(Sample.Secrets with { AescbcEncryptionSecret = new("AA==") }), out _,
            out var mistakes));
        Assert.Equal(
            ["secrets.aescbcencryptionsecret (line 6) is given besides secrets.secretboxencryptionsecret: a cluster has only one of them"],
                mistakes);
    }

    [Theory]
    [InlineData("", "neither a secrets.yaml")]
    [InlineData("a: b", "neither a secrets.yaml")]
    [InlineData("certs: {os: [", "not valid YAML")]
    [InlineData("certs: {os: 1, os: 2}", "duplicate key")]
    [InlineData("certs: &a {os: *a}", "not valid YAML")]
    [InlineData("machine: {type: worker}", "only a control-plane")]
    public void A_file_that_is_something_else_is_refused(string text, string words)
    {
        Assert.False(SecretsFile.TryRead(text, out _, out var mistakes));
        Assert.Contains(words, string.Join("\n", mistakes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_on_a_curve_that_nobody_knows_is_no_key()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var der = key.ExportECPrivateKey();
        var oid = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]); // 1.2.840.10045.3.1.7
        der[oid + 1] = 0x8A;
        Assert.False(SigningKey.IsOne(new(System.Security.Cryptography.PemEncoding.WriteString("EC PRIVATE KEY", der))));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var seeds = new[] { Encoding.UTF8.GetBytes(Sample.Yaml(Sample.WithEd25519)),
            Encoding.UTF8.GetBytes(ControlPlaneFile.V1Alpha1(Sample.WithEd25519)) };
        Prop.ForAll(
            HostileBytes.From(seeds).ToArbitrary(),
            bytes => SecretsFile.TryRead(Encoding.UTF8.GetString(bytes), out _,
                out var mistakes) == (mistakes.Count == 0)).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
        Assert.False(SecretsFile.TryRead("certs: " + new string('[', 100_000), out _, out _));
        Assert.False(SecretsFile.TryRead(new string(' ', 5 << 20), out _, out _));
    }

    [Fact]
    public void The_configuration_of_a_control_plane_machine_gives_the_same_secrets() =>
        Assert.Equal(Sample.WithEd25519, Sample.Read(ControlPlaneFile.V1Alpha1(Sample.WithEd25519)));

    [Fact]
    public void The_documents_of_1_14_give_the_same_secrets() =>
        Assert.Equal(Sample.Secrets, Sample.Read(ControlPlaneFile.Documents(Sample.Secrets)));

    [Fact]
    public void A_configuration_in_the_middle_of_a_renewal_is_refused()
    {
        var yaml = ControlPlaneFile.V1Alpha1(Sample.Secrets).Replace("machine:\n", "machine:\n  acceptedCAs: [{crt: aGk=}]\n",
            StringComparison.Ordinal);
        Assert.False(SecretsFile.TryRead(yaml, out _, out var mistakes));
        Assert.Equal(["machine.acceptedCAs: a CA is being rotated; let talosctl rotate-ca finish first, then import again"], mistakes);
    }
}
