namespace Rackboot.Cli.Contexts;

/// <summary>An appliance on the network, and what to log in to it with.</summary>
public sealed record ServerContext
{
    /// <summary>Where its API is, like https://appliance:8443.</summary>
    public required Uri Server { get; init; }

    /// <summary>The certificate that it must show; null: one that this computer trusts.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>A token of <c>rackboot token create</c>.</summary>
    public string? Token { get; init; }

    /// <summary>A login at an OIDC issuer.</summary>
    public OidcLogin? Oidc { get; init; }
}
