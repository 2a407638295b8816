using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Authentication;

/// <summary>Who may come in over the network.</summary>
internal sealed class AuthenticationPart : IPart
{
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    private readonly RackbootConfiguration _configuration;
    private readonly HttpClient _http = new();
    private readonly OidcIssuer? _issuer;
    private readonly TokenApi _api;
    private readonly TimeProvider _time;

    public AuthenticationPart(RackbootConfiguration configuration, StorePart store, TimeProvider time)
    {
        (_configuration, _time) = (configuration, time);
        var groups = new GroupRights([.. configuration.Groups.Select(g => (g.Group, new Rights(g.Role, g.Secrets, g.Scope)))]);
        if (configuration.Oidc is { } oidc)
            _issuer = new OidcIssuer(oidc, _http, time);
        if (configuration.Https is { ClientAuthority: not null } https)
            ClientCertificates = new ClientCertificates(https, groups, store.Events, time);
        Tokens = new TokenBook(store.Store, store.Events, time);
        Authenticator = new Authenticator(Tokens, new Throttle(time),
            _issuer is null ? null : new OidcLogins(configuration.Oidc!, _issuer, groups, time), ClientCertificates);
        _api = new TokenApi(Tokens, configuration.Oidc);
    }

    public Authenticator Authenticator { get; }

    public TokenBook Tokens { get; }

    /// <summary>Null where client certificates let nobody in.</summary>
    public ClientCertificates? ClientCertificates { get; }

    public IReadOnlyList<string> Problems =>
        [.. new[] { _issuer?.Problem, ClientCertificates?.Problem }.OfType<string>()];

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Sweep, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                await Tokens.SweepAsync();
                ClientCertificates?.Sweep();
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) =>
        [.. changed.Oidc == _configuration.Oidc ? Array.Empty<string>() : ["management.oidc"],
            .. changed.Groups.Select(Text).SequenceEqual(_configuration.Groups.Select(Text)) ? Array.Empty<string>()
                : ["management.groups"]];

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Text(GroupSettings group) => $"{group.Group} {group.Role} {group.Secrets} {group.Scope}";
}
