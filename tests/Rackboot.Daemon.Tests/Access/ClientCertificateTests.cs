using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Contracts;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Logins with certificates of an authority of the site.</summary>
public sealed class ClientCertificateTests : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-clients-").FullName;
    private readonly X509Certificate2 _authority = Authority("CN=people");

    [Fact]
    public async Task A_certificate_of_the_authority_gives_what_its_organisation_gives()
    {
        await using var appliance = await StartAsync();
        using var client = appliance.Network(null, Certificate(_authority, "CN=alice, O=rack-admins"));
        var who = await client.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json);
        Assert.Equal(("certificate:alice", "certificate", AccessRole.Admin), (who!.Name, who.Way, who.Role));
    }

    [Fact]
    public async Task Without_a_certificate_tokens_still_let_in()
    {
        await using var appliance = await StartAsync();
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Viewer));
        Assert.Equal("token", (await client.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json))!.Way);
        using var nobody = appliance.Network();
        using var answer = await nobody.GetAsync(ApiPaths.WhoAmI);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task One_of_another_authority_or_for_servers_or_that_ended_makes_no_connection()
    {
        await using var appliance = await StartAsync();
        using var another = Authority("CN=people");
        foreach (var wrong in new[]
        {
            Certificate(another, "CN=alice, O=rack-admins"),
            Certificate(_authority, "CN=alice, O=rack-admins", ServerAuthentication),
            Certificate(_authority, "CN=alice, O=rack-admins", ends: -1),
        })
        {
            using var client = appliance.Network(null, wrong);
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(ApiPaths.WhoAmI));
        }
    }

    [Fact]
    public async Task One_of_no_known_organisation_is_nobody()
    {
        await using var appliance = await StartAsync();
        using var client = appliance.Network(null, Certificate(_authority, "CN=eve, O=guests"));
        using var answer = await client.GetAsync(ApiPaths.WhoAmI);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<ServedAppliance> StartAsync()
    {
        var file = Path.Combine(_directory, "people.crt");
        await File.WriteAllTextAsync(file, _authority.ExportCertificatePem());
        return await ServedAppliance.StartAsync(change: c => c with
        {
            Https = new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0), ClientAuthority: file),
            Groups = [new GroupSettings("rack-admins", AccessRole.Admin, false, null)],
        });
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    private static X509Certificate2 Certificate(
        X509Certificate2 authority, string name, string use = ClientAuthentication, int ends = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddDays(-2), now.AddDays(ends), RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
