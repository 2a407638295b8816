using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

public sealed class ClientConfigTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void A_client_of_the_Talos_API_has_one_O_a_role_and_client_authentication_alone()
    {
        Assert.True(ClientConfigs.TryMintCertificate(Sample.Secrets, [TalosRole.Admin, TalosRole.Reader], Day, Sample.Now, out var pair,
            out _));
        using var certificate = X509Certificate2.CreateFromPem(pair!.Certificate, pair.Key.Reveal());
        Assert.Equal("O=os:admin, O=os:reader", certificate.Subject);
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages;
        Assert.Equal("1.3.6.1.5.5.7.3.2", Assert.Single(usages.Cast<Oid>()).Value);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, certificate.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages);
        Assert.Equal(Sample.Now.AddHours(-1).UtcDateTime, certificate.NotBefore.ToUniversalTime());
        Assert.Equal((Sample.Now + Day).UtcDateTime, certificate.NotAfter.ToUniversalTime());
    }

    [Theory]
    [InlineData("RSA, PKCS#1")]
    [InlineData("RSA, PKCS#8")]
    [InlineData("P-384, PKCS#8")]
    public void A_CA_that_was_not_made_by_Talos_signs_too(string kind)
    {
        // As kubeadm or an own PKI makes it: siderolabs/talos pkg/machinery/config/generate/secrets/bundle.go, NewBundleFromKubernetesPKI.
        var (start, end) = (Sample.Now.AddDays(-1), Sample.Now.AddDays(10));
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var request = kind.StartsWith("RSA", StringComparison.Ordinal)
            ? new CertificateRequest("CN=kubernetes", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=kubernetes", ec, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var ca = request.CreateSelfSigned(start, end);
        var key = kind switch
        {
            "RSA, PKCS#1" => rsa.ExportRSAPrivateKeyPem(),
            "RSA, PKCS#8" => rsa.ExportPkcs8PrivateKeyPem(),
            _ => ec.ExportPkcs8PrivateKeyPem(),
        };
        Assert.True(CertificateAuthority.TryLoad(new(ca.ExportCertificatePem(), new(key)), out var authority, out var error), error);
        using var owned = authority;
        using var client = X509Certificate2.CreateFromPem(authority!.IssueClient("me", ["us"], Sample.Now,
            TimeSpan.FromDays(30)).Certificate);
        using var chain = new X509Chain { ChainPolicy = TalosTrust.Policy([ca.ExportCertificatePem()], Sample.Now) };
        Assert.True(chain.Build(client), string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
        Assert.Equal(end.UtcDateTime, client.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void A_certificate_ends_with_its_CA()
    {
        var nearTheEnd = Sample.Now + CertificateAuthority.Lifetime - Day;
        Assert.True(ClientConfigs.TryMintKubeconfig(
            Sample.Secrets, "prod", new Uri("https://10.20.0.10:6443"), ClientConfigs.DefaultLifetime, nearTheEnd, out var config, out _));
        Assert.Equal(Sample.Now + CertificateAuthority.Lifetime, config!.Ends);
    }

    [Fact]
    public void Bad_wishes_get_a_reason()
    {
        Assert.False(ClientConfigs.TryMintCertificate(Sample.Secrets, [], Day, Sample.Now, out _, out var error));
        Assert.Equal("give at least one role, for example os:admin", error);
        Assert.False(ClientConfigs.TryMintCertificate(Sample.Secrets, [TalosRole.Admin], TimeSpan.Zero, Sample.Now, out _, out error));
        Assert.Equal("a lifetime must be more than 0 and at most 87600 hours", error);
        Assert.False(ClientConfigs.TryMintCertificate(
            Sample.Secrets, [TalosRole.Admin], Day, Sample.Now + CertificateAuthority.Lifetime + Day, out _, out error));
        Assert.Equal("certs.os: the CA expired on 2036-11-18: certificates signed by it are no longer valid", error);
    }

    [Fact]
    public void A_talosconfig_has_talosctls_form()
    {
        // siderolabs/talos pkg/machinery/client/config/config.go.
        Assert.True(ClientConfigs.TryMintTalosconfig(
            Sample.Secrets, "prod", ["10.20.0.11", "fd00::1"], ["10.20.0.11"], [TalosRole.Operator], Day, Sample.Now, out var config,
                out _));
        Assert.Equal(Sample.Now + Day, config!.Ends);
        var lines = config.Text.Reveal().Split('\n');
        Assert.Equal(
            ["context: prod", "contexts:", "    prod:", "        endpoints:", "            - 10.20.0.11", "            - \"fd00::1\"",
                "        nodes:",
                "            - 10.20.0.11", $"        ca: {Sample.Base64(Sample.Secrets.Os.Certificate)}"],
            lines[..9]);
        var certificate = Encoding.UTF8.GetString(Convert.FromBase64String(lines[9]["        crt: ".Length..]));
        var key = Encoding.UTF8.GetString(Convert.FromBase64String(lines[10]["        key: ".Length..]));
        using var client = X509Certificate2.CreateFromPem(certificate, key);
        Assert.Equal("O=os:operator", client.Subject);
        Assert.Equal(["", "***"], [lines[11], config.Text.ToString()]);
    }

    [Theory]
    [InlineData("admin", TalosRole.Admin)]
    [InlineData("os:etcd:backup", TalosRole.EtcdBackup)]
    public void A_role_is_read_with_or_without_its_prefix(string text, TalosRole role)
    {
        Assert.True(TalosRoleNames.TryParse(text, out var read));
        Assert.Equal(role, read);
        Assert.False(TalosRoleNames.TryParse("os:" + role, out _));
    }

    [Fact]
    public async Task Kubectl_logs_in_with_a_minted_kubeconfig()
    {
        using var openssl = new OpenSsl();
        var now = TimeProvider.System.GetUtcNow();
        var secrets = Sample.Secrets with { K8s = CertificateAuthority.Create("kubernetes", now) };
        await using var server = await ApiServerAsync(secrets, now);
        var url = new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Assert.True(ClientConfigs.TryMintKubeconfig(secrets, "prod", url, Day, now, out var config, out _));
        var file = openssl.Put("kubeconfig", config!.Text.Reveal());

        Assert.Equal((0, "admin@prod\n"), await openssl.RunAsync("kubectl", "--kubeconfig", file, "config", "current-context"));
        var (code, output) = await openssl.RunAsync("kubectl", "--kubeconfig", file, "--request-timeout=30s", "get", "--raw", "/whoami");
        Assert.Equal((0, "CN=admin, O=system:masters"), (code, output));
    }

    private static async Task<WebApplication> ApiServerAsync(ClusterSecrets secrets, DateTimeOffset now)
    {
        Assert.True(CertificateAuthority.TryLoad(secrets.K8s, out var authority, out var error), error);
        using var owned = authority;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var issued = authority!.IssueServer("kube-apiserver", names, now, Day);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509Certificate2.CreateFromPem(issued.Certificate, issued.Key.Reveal());
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, chain, _) =>
            {
                chain!.ChainPolicy = new()
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(secrets.K8s.Certificate) },
                };
                return chain.Build(certificate);
            };
        })));
        var app = builder.Build();
        app.MapGet("/whoami", (HttpContext context) => string.Join(", ",
            context.Connection.ClientCertificate!.Subject.Split(", ").Order()));
        await app.StartAsync();
        return app;
    }
}
