using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Rackboot.Core;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Tests.Clouds;

/// <summary>The listener that the internet may reach: what it answers, and all that it does not.</summary>
public sealed class HandoutTests : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef01234567";

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-handout-").FullName;
    private readonly List<string> _asked = [];
    private readonly StoppedClock _clock = new();
    private WebApplication _app = null!;
    private Uri _root = null!;

    private string Certificate => Path.Combine(_directory, "handout.pem");

    private string Key => Path.Combine(_directory, "handout.key");

    public async ValueTask InitializeAsync()
    {
        Write("first.example.net");
        _app = HandoutServer.Build(new IPEndPoint(IPAddress.Loopback, 0), new HandoutCertificate(Certificate, Key), Take, _clock);
        await _app.StartAsync();
        _root = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_token_gets_its_configuration_over_TLS_that_nobody_stores()
    {
        using var http = Client();
        using var answer = await http.GetAsync(new Uri(_root, $"configuration/{Token}"));
        Assert.Equal((HttpStatusCode.OK, "machine: {}\n"), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "configuration")]
    [InlineData("GET", "configuration/")]
    [InlineData("GET", "configuration/" + Token + "?a=b")]
    [InlineData("GET", "Configuration/" + Token)]
    [InlineData("GET", "configuration/../configuration")]
    [InlineData("GET", "configuration/ffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("HEAD", "configuration/" + Token)]
    [InlineData("POST", "configuration/" + Token)]
    [InlineData("OPTIONS", "configuration/" + Token)]
    [InlineData("GET", "machines")]
    [InlineData("GET", "openapi/v1.json")]
    [InlineData("GET", "metrics")]
    [InlineData("GET", "boot/ipxe")]
    public async Task Everything_else_gets_the_same_empty_answer(string method, string path)
    {
        using var http = Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_root, path));
        using var answer = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.NotFound, ""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.DoesNotContain(Token, _asked);
    }

    [Fact]
    public async Task One_address_asks_ten_times_a_minute_and_then_nobodys_token_is_looked_at()
    {
        using var http = Client();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 13; i++)
            using (var answer = await http.GetAsync(new Uri(_root, $"configuration/{i:x40}")))
                answers.Add(answer.StatusCode);
        Assert.Equal((10, 3), (answers.Count(a => a == HttpStatusCode.NotFound), answers.Count(a => a == HttpStatusCode.TooManyRequests)));
        Assert.Equal(10, _asked.Count);
        _clock.Now += TimeSpan.FromMinutes(1);
        using var later = await http.GetAsync(new Uri(_root, $"configuration/{Token}"));
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public void Hosts_of_one_IPv6_network_are_counted_together_and_newcomers_pass_when_the_table_is_full()
    {
        var pace = new HandoutPace(_clock);
        for (var i = 0; i < HandoutPace.AMinute; i++)
            Assert.True(pace.Lets(IPAddress.Parse($"2001:db8:1:2::{i + 1:x}")));
        Assert.False(pace.Lets(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.True(pace.Lets(IPAddress.Parse("2001:db8:1:3::1")));
        for (var i = 0; i < 10_000; i++)
            Assert.True(pace.Lets(new IPAddress([10, 1, (byte)(i / 250), (byte)(i % 250)])));
        Assert.False(pace.Lets(IPAddress.Parse("2001:db8:1:2:ffff::1")));
    }

    [Fact]
    public async Task Plain_HTTP_and_noise_get_no_word()
    {
        foreach (var sent in (byte[][])["GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), RandomNumberGenerator.GetBytes(400)])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _root.Port);
            await using var stream = client.GetStream();
            await stream.WriteAsync(sent);
            client.Client.Shutdown(SocketShutdown.Send);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var answer = new MemoryStream();
            try
            {
                await stream.CopyToAsync(answer, limit.Token);
            }
            catch (IOException)
            {
                // It was hung up on.
            }

            // At most a TLS alert (RFC 8446 §6).
            Assert.InRange(answer.Length, 0, 7);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_half_a_renewal_changes_nothing()
    {
        Assert.Equal("CN=first.example.net", await ShownAsync());
        Write("second.example.net");
        Touch(1);
        Assert.Equal("CN=second.example.net", await ShownAsync());
        await File.WriteAllTextAsync(Certificate, "-----BEGIN CERT");
        Touch(2);
        Assert.Equal("CN=second.example.net", await ShownAsync());
        Write("third.example.net");
        var certificate = await File.ReadAllTextAsync(Certificate);
        Write("fourth.example.net"); // its key is there before it
        await File.WriteAllTextAsync(Certificate, certificate);
        Touch(3);
        Assert.Equal("CN=second.example.net", await ShownAsync());
    }

    [Fact]
    public void Files_that_are_no_certificate_are_said_with_their_names()
    {
        var wrong = Assert.Throws<IOException>(() => new HandoutCertificate(Key, Certificate));
        Assert.StartsWith($"clouds.handout: {Key} has no certificate in PEM form", wrong.Message, StringComparison.Ordinal);
        var before = File.ReadAllText(Certificate);
        Write("another.example.net");
        File.WriteAllText(Certificate, before);
        wrong = Assert.Throws<IOException>(() => new HandoutCertificate(Certificate, Key));
        Assert.StartsWith($"clouds.handout: {Key} is not the private key of {Certificate}", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ listen: '0.0.0.0:8443' }", "clouds.handout.url")]
    [InlineData("{ listen: 8443, url: 'https://a', certificate: /a, key: /b }", "clouds.handout.listen")]
    [InlineData("{ listen: '0.0.0.0:8443', url: 'http://a', certificate: /a, key: /b }", "clouds.handout.url")]
    [InlineData("{ listen: '0.0.0.0:8443', url: 'https://a/b', certificate: /a, key: /b }", "clouds.handout.url")]
    [InlineData("{ listen: '0.0.0.0:8443', url: 'https://a', certificate: a.pem, key: /b }", "clouds.handout.certificate")]
    public void A_wrong_setting_is_refused_with_its_place(string handout, string place)
    {
        Assert.False(ConfigurationFile.TryParse("rackboot.yaml", Yaml(handout), out _, out var errors));
        Assert.Contains(errors, e => e.ToString().Contains(place, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_the_setting_nothing_listens()
    {
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", Yaml("{}"), out var none, out _));
        Assert.Null(none.Handout);
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml",
            Yaml("{ listen: '0.0.0.0:8443', url: 'https://boot.example.net:8443', certificate: /a, key: /b }"), out var some, out _));
        Assert.Equal(8443, some.Handout!.Listen.Port);
    }

    private static string Yaml(string handout) =>
        "boot: { interfaces: [lo] }\nsubnets: [{ subnet: 10.20.0.0/24, range: 10.20.0.100-10.20.0.199 }]\n"
        + $"clouds: {{ handout: {handout} }}\n";

    private Task<Secret?> Take(string token, string from)
    {
        _asked.Add(token);
        return Task.FromResult(token == Token ? new Secret("machine: {}\n") : null);
    }

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, made.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportECPrivateKeyPem());
    }

    // File times are coarse on some file systems.
    private void Touch(int seconds) => File.SetLastWriteTimeUtc(Certificate, DateTime.UtcNow.AddSeconds(seconds));

    private async Task<string> ShownAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _root.Port);
        await using var tls = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync("boot.example.net");
        return tls.RemoteCertificate!.Subject;
    }

    private static HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is not null },
    });

    private sealed class StoppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
