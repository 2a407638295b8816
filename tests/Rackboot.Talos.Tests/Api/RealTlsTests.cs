using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;
using Rackboot.Talos.Tests.Secrets;

namespace Rackboot.Talos.Tests.Api;

/// <summary>The client's handshake with a TLS stack that is not .NET's: <c>openssl s_server</c>, which alerts as Go's apid does.</summary>
public sealed class RealTlsTests
{
    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task A_node_that_does_not_take_our_certificate_is_told_from_one_that_is_off(string protocol)
    {
        var node = Sample.WithEd25519;
        using var server = await ServerAsync(node, protocol);
        using var stranger = TalosClient.Connect("127.0.0.1", NodeTrust.FirstUse(), server.Port);
        Assert.Equal(TalosFailure.Untrusted, (await FailsAsync(stranger)).Failure);
        using var member = TalosClient.Connect("127.0.0.1", NodeTrust.Cluster(Mint(node), new Clock()), server.Port,
            TimeSpan.FromSeconds(1));
        // The handshake holds, and s_server answers nothing after it.
        Assert.Equal(TalosFailure.TimedOut, (await FailsAsync(member)).Failure);
    }

    [Fact]
    public async Task A_node_of_another_cluster_or_address_or_time_is_refused_with_the_reason()
    {
        using var server = await ServerAsync(Sample.Secrets, "-tls1_3");
        using var other = TalosClient.Connect("127.0.0.1", NodeTrust.Cluster(Mint(Sample.WithEd25519), new Clock()), server.Port);
        Assert.EndsWith(
            "this cluster's CA did not sign its certificate: the machine belongs to another cluster, or is in maintenance mode",
                (await FailsAsync(other)).Message,
            StringComparison.Ordinal);
        using var elsewhere = TalosClient.Connect("127.0.0.2", NodeTrust.Cluster(Mint(Sample.Secrets), new Clock()), server.Port);
        Assert.Contains("is from this cluster but for other addresses", (await FailsAsync(elsewhere)).Message, StringComparison.Ordinal);
        using var late = TalosClient.Connect(
            "127.0.0.1", NodeTrust.Cluster(Mint(Sample.Secrets), new Clock(TimeSpan.FromDays(30))), server.Port);
        Assert.EndsWith(
            "its certificate is valid from 2026-11-21 11:00 UTC to 2026-11-22 12:00 UTC, "
                + "but the time here is 2026-12-21 12:00 UTC: compare the clocks of both",
            (await FailsAsync(late)).Message, StringComparison.Ordinal);
    }

    private static Task<TalosApiException> FailsAsync(TalosClient client) =>
        Assert.ThrowsAsync<TalosApiException>(() =>
            client.Machine.VersionAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

    private static TalosCredentials Mint(ClusterSecrets secrets)
    {
        Assert.True(TalosCredentials.TryMint(
            secrets, [TalosRole.Admin], TimeSpan.FromDays(1), Sample.Now, out var credentials, out var error), error);
        return credentials!;
    }

    private static async Task<SServer> ServerAsync(ClusterSecrets secrets, string protocol)
    {
        Assert.True(CertificateAuthority.TryLoad(secrets.Os, out var authority, out _));
        using var owned = authority;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var issued = authority!.IssueServer("cp-1", names, Sample.Now, TimeSpan.FromHours(24));
        return await SServer.StartAsync(secrets.Os.Certificate, issued, protocol);
    }

    private sealed class Clock(TimeSpan ahead = default) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Sample.Now + ahead;
    }

    private sealed class SServer : IDisposable
    {
        private readonly OpenSsl _files;
        private readonly Process _process;

        private SServer(OpenSsl files, Process process, int port) => (_files, _process, Port) = (files, process, port);

        public int Port { get; }

        public static async Task<SServer> StartAsync(string authority, CertificateAndKey certificate, string protocol)
        {
            var files = new OpenSsl();
            await files.RunAsync("openssl", "version");
            var at = Sample.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
            var process = Process.Start(new ProcessStartInfo(
                "openssl",
                [
                    "s_server", "-accept", "0.0.0.0:0", "-cert", files.Put("node.pem", certificate.Certificate),
                    "-key", files.Put("node.key", certificate.Key.Reveal()), "-CAfile", files.Put("ca.pem", authority),
                    "-Verify", "2", "-verify_return_error", "-attime", at, "-alpn", "h2", protocol,
                ])
            { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
                if (line.StartsWith("ACCEPT ", StringComparison.Ordinal))
                    return new(files, process, int.Parse(line[(line.LastIndexOf(':') + 1)..],
                        System.Globalization.CultureInfo.InvariantCulture));
            throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(limit.Token));
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            _files.Dispose();
        }
    }
}
