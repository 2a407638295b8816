namespace Rackboot.Daemon.Configuration;

/// <summary>Logins by an OIDC issuer.</summary>
/// <param name="Client">The client id, which must be the audience of ID tokens.</param>
/// <param name="UserClaim">What the caller is called by.</param>
/// <param name="GroupsClaim">What says which groups they are in.</param>
public sealed record OidcSettings(Uri Issuer, string Client, string UserClaim, string GroupsClaim);
