namespace Rackboot.Cli.Contexts;

/// <summary>A login at an OIDC issuer.</summary>
/// <param name="IdToken">What is shown to the appliance.</param>
/// <param name="RefreshToken">What a newer one is had with; null if the issuer gives none.</param>
/// <param name="Ends">When the ID token ends.</param>
public sealed record OidcLogin(string Issuer, string Client, string IdToken, string? RefreshToken, DateTimeOffset Ends);
