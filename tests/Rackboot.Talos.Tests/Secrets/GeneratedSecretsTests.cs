using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>The shape that talosctl gives them: siderolabs/talos pkg/machinery/config/generate/secrets (bundle.go, ca.go,
/// utils.go).</summary>
public sealed class GeneratedSecretsTests
{
    [Fact]
    public void Identity_and_encryption_are_base64_of_32_bytes_and_tokens_have_kubeadms_form()
    {
        var secrets = Sample.Secrets;
        Assert.All(
            [secrets.ClusterId.Replace('-', '+').Replace('_', '/'), secrets.ClusterSecret.Reveal(),
                secrets.SecretboxEncryptionSecret!.Reveal()],
            text => Assert.Equal(32, Convert.FromBase64String(text).Length));
        Assert.All([secrets.BootstrapToken, secrets.TrustdToken], t =>
            Assert.Matches(new Regex(@"^[0-9a-z]{6}\.[0-9a-z]{16}$"), t.Reveal()));
        Assert.NotEqual(secrets.BootstrapToken, secrets.TrustdToken);
    }

    [Fact]
    public void The_contract_decides_encryption_service_account_and_API_keys()
    {
        Assert.Null(Sample.Secrets.AescbcEncryptionSecret);
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----\n", Sample.Secrets.K8sServiceAccount.Reveal(), StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN EC PRIVATE KEY-----\n", Sample.Secrets.Os.Key.Reveal(), StringComparison.Ordinal);

        var old = SecretsGenerator.Generate(new TalosRelease(1, 2), Sample.Now);
        Assert.Null(old.SecretboxEncryptionSecret);
        Assert.NotNull(old.AescbcEncryptionSecret);
        Assert.StartsWith("-----BEGIN EC PRIVATE KEY-----\n", old.K8sServiceAccount.Reveal(), StringComparison.Ordinal);
        Assert.StartsWith("-----BEGIN ED25519 PRIVATE KEY-----\n", old.Os.Key.Reveal(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd", "O=etcd")]
    [InlineData("k8s", "O=kubernetes")]
    [InlineData("k8saggregator", "")]
    [InlineData("os", "O=talos")]
    public void A_CA_has_Talos_subject_usages_and_ten_years(string name, string subject)
    {
        using var certificate = X509Certificate2.CreateFromPem(Pair(name).Certificate);
        Assert.Equal(subject, certificate.Subject);
        Assert.Equal(Sample.Now.AddHours(-1).UtcDateTime, certificate.NotBefore.ToUniversalTime());
        Assert.Equal(Sample.Now.AddHours(87_600).UtcDateTime, certificate.NotAfter.ToUniversalTime());
        Assert.True(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.Equal(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign,
                certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
            certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(u => u.Value!));
        Assert.Equal(20, certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.Length);
    }

    [Theory]
    [InlineData("etcd")]
    [InlineData("k8s")]
    [InlineData("k8saggregator")]
    [InlineData("os")]
    [InlineData("ed25519")]
    public async Task Openssl_verifies_every_CA_and_what_it_signs(string name)
    {
        using var openssl = new OpenSsl();
        var pair = name == "ed25519" ? Sample.WithEd25519.Os : Pair(name);
        var ca = openssl.Put("ca.pem", pair.Certificate);
        Assert.True(CertificateAuthority.TryLoad(pair, out var authority, out var error), error);
        using var owned = authority;
        var client = openssl.Put("client.pem", authority!.IssueClient("me", ["os:admin"], Sample.Now, TimeSpan.FromDays(1)).Certificate);
        var at = Sample.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal((0, $"{ca}: OK\n"), await openssl.RunAsync("openssl", "verify", "-attime", at, "-check_ss_sig", "-CAfile", ca, ca));
        // The aggregation layer's CA has an empty subject, which RFC 5280 §4.1.2.4 does not allow an issuer: Talos has it so.
        string[] strict = name == "k8saggregator" ? [] : ["-x509_strict"];
        var verified = await openssl.RunAsync("openssl", ["verify", .. strict, "-attime", at, "-purpose", "sslclient", "-CAfile", ca,
            client]);
        Assert.Equal((0, $"{client}: OK\n"), verified);
        var asServer = await openssl.RunAsync("openssl", "verify", "-attime", at, "-purpose", "sslserver", "-CAfile", ca, client);
        Assert.NotEqual(0, asServer.Code);
    }

    [Fact]
    public async Task Openssl_reads_every_private_key()
    {
        using var openssl = new OpenSsl();
        foreach (var key in new[] { Sample.Secrets.Etcd.Key, Sample.Secrets.Os.Key, Sample.Secrets.K8sServiceAccount })
        {
            var (code, output) = await openssl.RunAsync("openssl", "pkey", "-noout", "-check", "-in", openssl.Put("key.pem", key.Reveal()));
            Assert.True(code == 0, output);
        }
    }

    [Fact]
    public void Nothing_prints_a_secret()
    {
        var secrets = Sample.Secrets with { OsRenewal = new(RenewalStage.Accepting, Sample.WithEd25519.Os) };
        var printed = $"{secrets} {secrets.Os} {secrets.OsRenewal} {secrets.ClusterSecret} {SecretsFile.Write(secrets)}"
            + JsonSerializer.Serialize(secrets) + JsonSerializer.Serialize(secrets.BootstrapToken);
        Assert.Contains("***", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", printed, StringComparison.Ordinal);
        Assert.All(
            [secrets.ClusterSecret, secrets.BootstrapToken, secrets.TrustdToken, secrets.SecretboxEncryptionSecret!],
            secret => Assert.DoesNotContain(secret.Reveal(), printed, StringComparison.Ordinal));
    }

    private static CertificateAndKey Pair(string name) => name switch
    {
        "etcd" => Sample.Secrets.Etcd,
        "k8s" => Sample.Secrets.K8s,
        "k8saggregator" => Sample.Secrets.K8sAggregator,
        _ => Sample.Secrets.Os,
    };
}
