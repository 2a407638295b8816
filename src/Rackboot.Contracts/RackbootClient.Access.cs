using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Rackboot.Http;

namespace Rackboot.Contracts;

// The API on the network, and who may use it.
public sealed partial class RackbootClient
{
    /// <summary>A client of the API at <paramref name="server"/>.</summary>
    /// <param name="fingerprint">The certificate it must show; null: one that this computer trusts.</param>
    /// <param name="token">What to log in with; asked for before each request.</param>
    public static RackbootClient ForServer(Uri server, string? fingerprint, Func<CancellationToken, ValueTask<string?>> token)
    {
        var tls = new SocketsHttpHandler
        {
            ConnectCallback = OutboundConnection.OpenAsync,
            SslOptions = new() { RemoteCertificateValidationCallback = (_, c, _, e) => Check(c, e) },
        };
        return new RackbootClient(
            new HttpClient(new LoginHandler(token, tls)) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan });

        bool Check(X509Certificate? shown, SslPolicyErrors errors) => fingerprint is null
            ? errors == SslPolicyErrors.None
            : shown is X509Certificate2 certificate && Fingerprint.Of(certificate) is var its && (its == fingerprint
                ? true : throw new IOException($"{server.Authority} shows another certificate than before: {its}; before it was "
                    + $"{fingerprint}. If that is right (compare it on the appliance: rackboot certificate), log in again: rackboot login "
                    + server.GetLeftPart(UriPartial.Authority)));
    }

    public async Task<WhoAmI> WhoAmIAsync(CancellationToken cancel = default) =>
        (await GetAsync<WhoAmI>(ApiPaths.WhoAmI, cancel).ConfigureAwait(false)).Value;

    /// <summary>How one may log in; needs no login itself.</summary>
    public async Task<LoginWays> GetLoginWaysAsync(CancellationToken cancel = default) =>
        (await GetAsync<LoginWays>(ApiPaths.Login, cancel).ConfigureAwait(false)).Value;

    public async Task<ServerCertificate> GetCertificateAsync(CancellationToken cancel = default) =>
        (await GetAsync<ServerCertificate>(ApiPaths.Certificate, cancel).ConfigureAwait(false)).Value;

    public Task<IReadOnlyList<AccessToken>> GetTokensAsync(CancellationToken cancel = default) =>
        ListAsync<AccessToken>(ApiPaths.Tokens, cancel);

    public Task<CreatedToken> CreateTokenAsync(TokenOrder order, CancellationToken cancel = default) =>
        PostAsync<TokenOrder, CreatedToken>(ApiPaths.Tokens, order, cancel);

    public Task RevokeTokenAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Tokens, name), cancel);

    /// <summary>The entries that <paramref name="filters"/> choose, newest first, a page at a time.</summary>
    /// <param name="filters">Query parameters of the API; those without a value are left out.</param>
    public IAsyncEnumerable<IReadOnlyList<AuditEntry>> GetAuditPagesAsync(
        IEnumerable<(string Name, string? Value)> filters, CancellationToken cancel = default) =>
        PagesAsync<AuditEntry>($"{ApiPaths.Audit}?{string.Join(
            '&', filters.Where(f => f.Value is not null).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}"))}".TrimEnd('?'), cancel);

    /// <summary>Has the daemon compute every hash of the audit again.</summary>
    /// <param name="contains">A head that was noted before.</param>
    public async Task<AuditCheck> CheckAuditAsync(string? contains = null, CancellationToken cancel = default) =>
        (await GetAsync<AuditCheck>(
            $"{ApiPaths.Audit}/check{(contains is null ? "" : $"?contains={Uri.EscapeDataString(contains)}")}", cancel)
            .ConfigureAwait(false)).Value;

    private sealed class LoginHandler(Func<CancellationToken, ValueTask<string?>> token, HttpMessageHandler inner)
        : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (await token(cancellationToken).ConfigureAwait(false) is { } shown)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", shown);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
