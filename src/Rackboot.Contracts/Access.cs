namespace Rackboot.Contracts;

/// <summary>What somebody may do. Each role includes those before it.</summary>
public enum AccessRole
{
    /// <summary>Read everything but secrets.</summary>
    Viewer,

    /// <summary>Change machines, profiles, clusters and boot files; use power and BMCs.</summary>
    Operator,

    /// <summary>Also passwords, providers, tokens, the audit and the key of the store.</summary>
    Admin,
}

/// <summary>Asks for a token.</summary>
public sealed record TokenOrder
{
    /// <summary>What the token is called, in events and in the audit.</summary>
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    public AccessRole Role { get; init; } = AccessRole.Viewer;

    /// <summary>Whether its holder may also read secrets and type on consoles.</summary>
    public bool Secrets { get; init; }

    /// <summary><c>rack=r1</c>: the holder sees and uses only machines with these labels.</summary>
    public string? Scope { get; init; }

    /// <summary>How long it is good, like 12h or 30d; 30d if left out.</summary>
    public string? Expires { get; init; }
}

/// <summary>A token, without its secret part.</summary>
public sealed record AccessToken
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The part of the token that tells tokens apart and is no secret.</summary>
    public required string Id { get; init; }

    /// <summary>What its holder may do.</summary>
    public required AccessRole Role { get; init; }

    /// <summary>Whether its holder may also read secrets and type on consoles.</summary>
    public bool Secrets { get; init; }

    /// <summary>The labels of the machines that its holder sees and uses; none: all.</summary>
    public string? Scope { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Who made it.</summary>
    public required string By { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was last used since the daemon started; none if it was not.</summary>
    public DateTimeOffset? Used { get; init; }
}

/// <summary>A new token. Only this answer holds its secret part; the appliance keeps a hash of it.</summary>
/// <param name="Token">The whole token: keep it as a password.</param>
/// <param name="Details">What it gives.</param>
public sealed record CreatedToken(string Token, AccessToken Details);

/// <summary>Who asks, as the appliance sees it.</summary>
public sealed record WhoAmI
{
    /// <summary>The name in events and in the audit: <c>root</c>, <c>token:ci</c>, <c>oidc:alice</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How they logged in: <c>socket</c>, <c>token</c>, <c>oidc</c> or <c>certificate</c>.</summary>
    public required string Way { get; init; }

    /// <summary>What they may do.</summary>
    public required AccessRole Role { get; init; }

    /// <summary>Whether they may also read secrets and type on consoles.</summary>
    public bool Secrets { get; init; }

    /// <summary>The labels of the machines that they see and use; none: all.</summary>
    public string? Scope { get; init; }
}

/// <summary>The certificate of the management API on the network.</summary>
public sealed record ServerCertificate
{
    /// <summary>SHA-256 of the certificate, as <c>rackboot login</c> shows it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The host names and addresses that it is for.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>When it begins.</summary>
    public required DateTimeOffset Begins { get; init; }

    /// <summary>When it ends.</summary>
    public required DateTimeOffset Ends { get; init; }

    /// <summary>Whether the appliance made it for itself; otherwise it was read from the files in the configuration.</summary>
    public required bool Own { get; init; }

    /// <summary>Where the API listens: <c>0.0.0.0:8443</c>.</summary>
    public required string Listen { get; init; }
}

/// <summary>How one may log in.</summary>
public sealed record LoginWays
{
    /// <summary>The OIDC issuer whose tokens let in; none if none do.</summary>
    public OidcClient? Oidc { get; init; }
}

/// <summary>What a client needs to know to ask an OIDC issuer for a token.</summary>
/// <param name="Issuer">Its URL.</param>
/// <param name="Client">The client id to ask with.</param>
public sealed record OidcClient(string Issuer, string Client);
