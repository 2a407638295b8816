using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Authorization;

/// <summary>Who asks.</summary>
internal sealed class Identity
{
    private readonly Lazy<string> _name;

    /// <param name="way">How they showed who they are: <c>socket</c>, <c>token</c>, <c>oidc</c> or <c>certificate</c>.</param>
    /// <param name="ends">Is cancelled when their rights end, which ends what they follow.</param>
    public Identity(string way, string name, Rights rights, CancellationToken ends = default)
        : this(way, new Lazy<string>($"{way}:{name}"), rights, ends)
    {
    }

    private Identity(string way, Lazy<string> name, Rights rights, CancellationToken ends) =>
        (Way, _name, Rights, Ends) = (way, name, rights, ends);

    public string Way { get; }

    /// <summary>As events and the audit name them: <c>root</c> of the socket, <c>token:ci</c>, <c>oidc:alice</c>.</summary>
    public string Name => _name.Value;

    public Rights Rights { get; }

    public CancellationToken Ends { get; }

    /// <summary>The user at the other end of the management socket, who may do everything.</summary>
    public static Identity OfSocket(HttpContext http) => new("socket", new Lazy<string>(() => Caller.OfSocket(http)), Rights.All, default);

    /// <summary>Who sent this request, as the door of the management plane found out.</summary>
    public static Identity Of(HttpContext http) => http.Features.Get<Identity>()
        ?? (Caller.IsOnSocket(http) ? OfSocket(http) : throw new InvalidOperationException("a stranger came past the door"));
}
