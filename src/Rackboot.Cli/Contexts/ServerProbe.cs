using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Contracts;

namespace Rackboot.Cli.Contexts;

/// <summary>Which certificate a server shows.</summary>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="IsTrusted">Whether this computer trusts it without being told.</param>
internal sealed record ServerProbe(string Fingerprint, bool IsTrusted)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Makes a TLS connection and sends nothing over it.</summary>
    /// <exception cref="IOException">Nobody answers with TLS there.</exception>
    public static async Task<ServerProbe> AskAsync(Uri server, CancellationToken cancel)
    {
        ServerProbe? shown = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(server.Host, server.Port, limit.Token);
            await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, errors) =>
            {
                if (certificate is X509Certificate2 its)
                    shown = new ServerProbe(Contracts.Fingerprint.Of(its), errors == SslPolicyErrors.None);
                return shown is not null;
            });
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Host }, limit.Token);
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or IOException)
        {
            throw new IOException($"{server.Authority} does not answer with TLS: {e.Message}; is management.https.listen set there?", e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{server.Authority} did not answer within {Patience.TotalSeconds:0} s");
        }

        return shown ?? throw new IOException($"{server.Authority} shows no certificate");
    }
}
