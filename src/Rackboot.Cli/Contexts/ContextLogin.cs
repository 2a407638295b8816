namespace Rackboot.Cli.Contexts;

/// <summary>What a context logs in with: <c>$RACKBOOT_TOKEN</c>, its token, or its OIDC login, which is renewed before it ends.</summary>
internal sealed class ContextLogin(string name, ServerContext context)
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(30);

    private OidcLogin? _oidc = context.Oidc;

    public async ValueTask<string?> TokenAsync(CancellationToken cancel)
    {
        if (Environment.GetEnvironmentVariable("RACKBOOT_TOKEN") is { Length: > 0 } token)
            return token.Trim();
        if (_oidc is not { } login)
            return context.Token;
        if (login.Ends - RenewBefore > TimeProvider.System.GetUtcNow())
            return login.IdToken;
        using var http = new HttpClient();
        _oidc = login = await new DeviceFlow(http, TimeProvider.System).RefreshAsync(login, cancel);
        var file = ContextFile.Read();
        file.Contexts[name] = context with { Oidc = login };
        file.Write();
        return login.IdToken;
    }
}
