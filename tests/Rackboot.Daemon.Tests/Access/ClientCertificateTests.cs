using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Daemon.Authentication;
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

    private string Revoked => Path.Combine(_directory, "people.crl");

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

    [Fact]
    public async Task A_revoked_one_makes_no_connection_and_its_open_ones_let_nobody_in()
    {
        var number = new BigInteger(0x1234_5678);
        using var certificate = Certificate(_authority, "CN=alice, O=rack-admins", serial: number.ToByteArray(isBigEndian: true));
        await using var appliance = await StartAsync(revoked: true);
        await RevokeAsync(1, List(_authority));
        using var client = appliance.Network(null, certificate);
        using var follows = await client.GetAsync(ApiPaths.Events, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, follows.StatusCode);
        using (var before = await client.GetAsync(ApiPaths.WhoAmI))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await RevokeAsync(2, List(_authority, certificate));
        using (var after = await client.GetAsync(ApiPaths.WhoAmI))
            Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        appliance.Part<AuthenticationPart>().ClientCertificates!.Sweep();
        await ToEndAsync(follows);
        using var again = appliance.Network(null, certificate);
        await Assert.ThrowsAsync<HttpRequestException>(() => again.GetAsync(ApiPaths.WhoAmI));
        using var another = appliance.Network(null, Certificate(_authority, "CN=bob, O=rack-admins"));
        using var fine = await another.GetAsync(ApiPaths.WhoAmI);
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
    }

    [Theory]
    [InlineData("# gone: {0}\n{0}\n")]
    [InlineData("\n{1} # alice's laptop\n")]
    public async Task One_whose_serial_number_or_fingerprint_is_on_the_list_makes_no_connection(string list)
    {
        using var certificate = Certificate(_authority, "CN=alice, O=rack-admins");
        await using var appliance = await StartAsync(revoked: true);
        await RevokeAsync(1, Encoding.ASCII.GetBytes(string.Format(
            CultureInfo.InvariantCulture, list, certificate.SerialNumber, Fingerprint.Of(certificate))));
        using var client = appliance.Network(null, certificate);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(ApiPaths.WhoAmI));
    }

    [Fact]
    public async Task A_revocation_list_that_cannot_be_trusted_lets_in_no_certificate_but_tokens()
    {
        using var another = Authority("CN=people");
        await using var appliance = await StartAsync(revoked: true);
        using var people = appliance.Network(null, Certificate(_authority, "CN=alice, O=rack-admins"));
        foreach (var (i, (list, says)) in new (byte[]?, string)[]
        {
            (null, "cannot be used: Could not find file"),
            (List(another), "no authority of management.https.clientAuthority signed this revocation list"),
            ("alice\n"u8.ToArray(), "line 1 is neither the serial number nor the SHA-256 fingerprint of a certificate"),
            ([0x30, 0x82, 1, 2, 3], "this is no certificate revocation list"),
        }.Index())
        {
            if (list is not null)
                await RevokeAsync(i + 1, list);
            await Assert.ThrowsAsync<HttpRequestException>(() => people.GetAsync(ApiPaths.WhoAmI));
            Assert.Contains(appliance.Problems, p => p.StartsWith("no client certificate is accepted", StringComparison.Ordinal)
                && p.Contains(says, StringComparison.Ordinal));
        }

        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Viewer));
        Assert.Equal("token", (await client.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json))!.Way);
    }

    [Fact]
    public async Task A_revocation_list_stays_in_force_after_its_date_and_that_is_a_problem()
    {
        using var certificate = Certificate(_authority, "CN=alice, O=rack-admins");
        await using var appliance = await StartAsync(revoked: true);
        await RevokeAsync(1, List(_authority, TimeProvider.System.GetUtcNow().AddDays(-1), certificate));
        using var client = appliance.Network(null, certificate);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(ApiPaths.WhoAmI));
        Assert.Contains(appliance.Problems, p => p.Contains("when the authority's next was due", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<ServedAppliance> StartAsync(bool revoked = false)
    {
        var file = Path.Combine(_directory, "people.crt");
        await File.WriteAllTextAsync(file, _authority.ExportCertificatePem());
        return await ServedAppliance.StartAsync(change: c => c with
        {
            Https = new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0), ClientAuthority: file,
                Revoked: revoked ? Revoked : null),
            Groups = [new GroupSettings("rack-admins", AccessRole.Admin, false, null)],
        });
    }

    // The minute tells one change of the file from the next where its file system's clock is coarse.
    private async Task RevokeAsync(int minute, byte[] list)
    {
        await File.WriteAllBytesAsync(Revoked, list);
        File.SetLastWriteTimeUtc(Revoked, new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
    }

    private static async Task ToEndAsync(HttpResponseMessage follows)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await (await follows.Content.ReadAsStreamAsync(limit.Token)).CopyToAsync(Stream.Null, limit.Token);
        }
        catch (IOException)
        {
            // It was broken off.
        }
    }

    private static byte[] List(X509Certificate2 authority, params X509Certificate2[] revoked) =>
        List(authority, TimeProvider.System.GetUtcNow().AddDays(1), revoked);

    private static byte[] List(X509Certificate2 authority, DateTimeOffset next, params X509Certificate2[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            list.AddEntry(certificate);
        return list.Build(authority, 1, next, HashAlgorithmName.SHA256, thisUpdate: next.AddDays(-7));
    }

    private static X509Certificate2 Authority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    private static X509Certificate2 Certificate(
        X509Certificate2 authority, string name, string use = ClientAuthentication, int ends = 1, byte[]? serial = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        var now = TimeProvider.System.GetUtcNow();
        using var signed = request.Create(authority, now.AddDays(-2), now.AddDays(ends), serial ?? RandomNumberGenerator.GetBytes(8));
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
