using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Contracts;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Management.Https;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>The port on the network: its certificate, its TLS, its bounds.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-https-").FullName;

    [Fact]
    public async Task The_appliance_makes_a_certificate_of_its_own_and_keeps_it()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var made = await OwnCertificate.LoadAsync(appliance.Store.Store, TimeProvider.System);
        using var again = await OwnCertificate.LoadAsync(appliance.Store.Store, TimeProvider.System);

        Assert.Equal(appliance.Fingerprint, Fingerprint.Of(made));
        Assert.Equal(appliance.Fingerprint, Fingerprint.Of(again));
        Assert.Equal("1.2.840.10045.3.1.7", made.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value); // P-256, RFC 5480
        var names = made.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Contains(Dns.GetHostName(), names.EnumerateDnsNames());
        Assert.Contains(IPAddress.Loopback, names.EnumerateIPAddresses());
        Assert.True(made.MatchesHostname("127.0.0.1"));
        Assert.DoesNotContain("PRIVATE KEY", await ReadableAsync(appliance), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task It_speaks_TLS_1_2_and_1_3(SslProtocols protocol)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        Assert.Equal(protocol, await HandshakeAsync(appliance, protocol));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task It_speaks_HTTP_1_1_and_2(int major)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Viewer));
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiPaths.Status)
        {
            Version = major == 1 ? HttpVersion.Version11 : HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, major), (answer.StatusCode, answer.Version.Major));
    }

    [Fact]
    public async Task It_speaks_no_older_TLS()
    {
        await using var appliance = await ServedAppliance.StartAsync();
#pragma warning disable CA5397, SYSLIB0039 // that it is refused is what is tried
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(appliance, SslProtocols.Tls11));
#pragma warning restore CA5397, SYSLIB0039
    }

    [Fact]
    public async Task Files_are_read_again_when_they_change_and_broken_ones_change_nothing()
    {
        var (certificate, key) = (Path.Combine(_directory, "a.crt"), Path.Combine(_directory, "a.key"));
        var first = Make(certificate, key, 1);
        var settings = new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0), certificate, key);
        await using var appliance = await ServedAppliance.StartAsync(change: c => c with { Https = settings });
        var served = new ServedCertificate(settings, appliance.Store.Store, appliance.Store.Events, TimeProvider.System);
        await served.LoadAsync();
        Assert.Equal(appliance.Fingerprint, served.Describe()!.Fingerprint);
        Assert.Equal(first, served.Describe()!.Fingerprint);

        var second = Make(certificate, key, 2);
        served.Look();
        Assert.Equal((second, null), (served.Describe()!.Fingerprint, served.Problem));

        Make(Path.Combine(_directory, "b.crt"), key, 3);
        served.Look();
        Assert.Equal(second, served.Describe()!.Fingerprint);
        Assert.Contains("is not the private key of", served.Problem, StringComparison.Ordinal);
        await File.WriteAllTextAsync(certificate, "nonsense", TestContext.Current.CancellationToken);
        Touch(certificate, 4);
        served.Look();
        Assert.Contains("has no certificate in PEM form", served.Problem, StringComparison.Ordinal);
        Assert.Equal(second, served.Describe()!.Fingerprint);
    }

    [Fact]
    public void The_check_of_a_configuration_names_a_certificate_with_the_key_of_another()
    {
        var (certificate, key) = (Path.Combine(_directory, "a.crt"), Path.Combine(_directory, "b.key"));
        Make(certificate, Path.Combine(_directory, "a.key"), 1);
        Make(Path.Combine(_directory, "b.crt"), key, 1);
        var yaml = $$"""
            data: {{_directory}}
            boot: { interfaces: [lo], ipxe: {{_directory}} }
            management: { https: { listen: "127.0.0.1:8443", certificate: {{certificate}}, key: {{key}} } }
            subnets: [{ subnet: 10.20.0.0/24 }]
            """;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors), string.Join('\n', errors));
        Assert.Contains(HostCheck.Of("rackboot.yaml", configuration).Errors,
            e => e.ToString().Contains($"{key} is not the private key of {certificate}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_usable_certificate_the_socket_is_served_and_the_problem_is_told()
    {
        var settings = new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0), "/nonexistent/a.crt", "/nonexistent/a.key");
        await using var appliance = await ServedAppliance.StartAsync(change: c => c with { Https = settings });

        using (var answer = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Status))
            Assert.Contains("HTTPS is not served: /nonexistent/a.crt cannot be read", await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        using var client = appliance.Network();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/"));
    }

    [Fact]
    public async Task A_certificate_that_ended_is_a_problem_that_names_the_file()
    {
        var (certificate, key) = (Path.Combine(_directory, "a.crt"), Path.Combine(_directory, "a.key"));
        Make(certificate, key, 1);
        await using var appliance = await ServedAppliance.StartAsync();
        var clock = new LeapingTime();
        var served = new ServedCertificate(new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0), certificate, key),
            appliance.Store.Store, appliance.Store.Events, clock);
        await served.LoadAsync();
        Assert.Null(served.Problem);
        clock.Leap(TimeSpan.FromDays(80));
        Assert.Contains("ends on", served.Problem, StringComparison.Ordinal);
        clock.Leap(TimeSpan.FromDays(20));
        Assert.Contains($"put a new one into {certificate}", served.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_of_one_address_are_bounded_and_the_socket_is_not()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        var open = new List<TcpClient>();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            // Which of them is one too many shows when the server closes it; those before wait for a handshake.
            var ended = Enumerable.Range(0, 129).Select(_ => EndAsync(appliance, open, patience.Token)).ToList();
            await await Task.WhenAny(ended);
            using var answer = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Status);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        finally
        {
            open.ForEach(c => c.Dispose());
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // Returns when the server ends the connection, be it before the client learns that there is one.
    private static async Task EndAsync(ServedAppliance appliance, List<TcpClient> open, CancellationToken cancel)
    {
        var client = new TcpClient();
        open.Add(client);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, appliance.Address.Port, cancel);
            Assert.Equal(0, await client.GetStream().ReadAsync(new byte[1], cancel));
        }
        catch (Exception e) when (e is SocketException { SocketErrorCode: SocketError.ConnectionReset } or IOException)
        {
            // It was reset.
        }
    }

    private static async Task<TcpClient> ConnectAsync(ServedAppliance appliance)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, appliance.Address.Port);
        return client;
    }

    private static async Task<SslProtocols> HandshakeAsync(ServedAppliance appliance, SslProtocols protocol)
    {
        using var client = await ConnectAsync(appliance);
        await using var tls = new SslStream(client.GetStream(), false, (_, shown, _, _) =>
            shown is X509Certificate2 certificate && Fingerprint.Of(certificate) == appliance.Fingerprint);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocol });
        return tls.SslProtocol;
    }

    private static async Task<string> ReadableAsync(ServedAppliance appliance)
    {
        await appliance.Store.Store.CommitAsync([Core.Storage.Change.Delete(Core.Storage.Table.Leases, "none")]);
        var directory = Path.GetDirectoryName(appliance.Socket)!;
        return string.Concat(Directory.GetFiles(directory, "rackboot.db*").Select(f => System.Text.Encoding.Latin1.GetString(Read(f))));
    }

    private static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static string Make(string certificatePath, string keyPath, int minute)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=a test", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        Touch(certificatePath, minute);
        Touch(keyPath, minute);
        return Fingerprint.Of(certificate);
    }

    private static void Touch(string path, int minute) =>
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
}
