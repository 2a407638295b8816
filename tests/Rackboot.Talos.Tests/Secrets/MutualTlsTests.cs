using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Tests.Secrets;

/// <summary>Handshakes with both sides authenticated, between real TLS stacks.</summary>
public sealed class MutualTlsTests
{
    public static TheoryData<bool, SslProtocols> Chains => new()
    {
        { false, SslProtocols.Tls12 }, { false, SslProtocols.Tls13 }, { true, SslProtocols.Tls12 }, { true, SslProtocols.Tls13 },
    };

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task Node_and_client_of_one_cluster_accept_each_other(bool ed25519, SslProtocols protocol)
    {
        var secrets = ed25519 ? Sample.WithEd25519 : Sample.Secrets;
        Assert.Equal("O=os:reader, O=os:etcd:backup", await HandshakeAsync(secrets, secrets, protocol));
    }

    [Fact]
    public async Task Client_and_node_of_different_clusters_refuse_each_other()
    {
        await Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync(Sample.Secrets, Sample.WithEd25519, SslProtocols.Tls13));
        await Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync(Sample.WithEd25519, Sample.Secrets, SslProtocols.Tls12));
    }

    [Fact]
    public async Task Certificates_of_neighbouring_stages_of_a_renewal_accept_each_other()
    {
        const RenewableAuthority Which = RenewableAuthority.Os;
        var before = Sample.WithEd25519;
        Assert.True(SecretsRenewal.TryBegin(before, Which, Sample.Contract, Sample.Now, out var accepting, out _));
        Assert.True(SecretsRenewal.TryAdvance(accepting, Which, out var switched, out _));
        Assert.True(SecretsRenewal.TryAdvance(switched, Which, out var after, out _));
        ClusterSecrets[] stages = [before, accepting, switched, after];
        for (var node = 0; node < stages.Length; node++)
            for (var client = Math.Max(0, node - 1); client <= Math.Min(3, node + 1); client++)
                Assert.NotEmpty(await HandshakeAsync(stages[node], stages[client], SslProtocols.Tls13));
        await Assert.ThrowsAsync<AuthenticationException>(() => HandshakeAsync(after, before, SslProtocols.Tls13));
    }

    // The subject of the client as the server sees it.
    private static async Task<string> HandshakeAsync(ClusterSecrets node, ClusterSecrets client, SslProtocols protocol)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var outgoing = new TcpClient();
        await outgoing.ConnectAsync((IPEndPoint)listener.LocalEndpoint, limit.Token);
        using var incoming = await listener.AcceptTcpClientAsync(limit.Token);
        await using var server = new SslStream(incoming.GetStream());
        await using var here = new SslStream(outgoing.GetStream());
        var serving = ServeAsync(server, node, protocol, limit.Token);
        var asking = here.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                EnabledSslProtocols = protocol,
                ClientCertificates = [Client(client)],
                CertificateChainPolicy = TalosTrust.Policy([client.Os.Certificate, .. client.OsAccepted], Sample.Now.AddMinutes(1)),
            },
            limit.Token).ContinueWith(task => Close(task, outgoing), TaskScheduler.Default).Unwrap();
        await Task.WhenAll(asking, serving);
        // TLS 1.3: the server's refusal of a client comes with the first read.
        return await serving;
    }

    private static Task Close(Task task, TcpClient client)
    {
        if (task.IsFaulted)
            client.Close();
        return task;
    }

    private static async Task<string> ServeAsync(SslStream server, ClusterSecrets node, SslProtocols protocol, CancellationToken cancel)
    {
        Assert.True(CertificateAuthority.TryLoad(node.Os, out var authority, out var error), error);
        using var owned = authority;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        var issued = authority!.IssueServer("node", names, Sample.Now, TimeSpan.FromHours(24));
        await server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPem(issued.Certificate, issued.Key.Reveal()),
                EnabledSslProtocols = protocol,
                ClientCertificateRequired = true,
                CertificateChainPolicy = TalosTrust.Policy([node.Os.Certificate, .. node.OsAccepted], Sample.Now.AddMinutes(1)),
            },
            cancel);
        return server.RemoteCertificate!.Subject;
    }

    private static X509Certificate2 Client(ClusterSecrets secrets)
    {
        Assert.True(ClientConfigs.TryMintCertificate(
            secrets, [TalosRole.Reader, TalosRole.EtcdBackup], TimeSpan.FromHours(1), Sample.Now, out var pair, out var error), error);
        return X509Certificate2.CreateFromPem(pair!.Certificate, pair.Key.Reveal());
    }
}
