using System.Net;

namespace Rackboot.Daemon.Configuration;

/// <summary>The management API on the network.</summary>
/// <param name="Listen">Where.</param>
/// <param name="Certificate">PEM file of the certificate and those above it; null: the appliance makes its own.</param>
/// <param name="Key">PEM file of its private key.</param>
/// <param name="ClientAuthority">PEM file of the authorities whose client certificates log in; null: none do.</param>
/// <param name="Revoked">File of the client certificates that no longer count; null: all count until they end.</param>
public sealed record HttpsSettings(
    IPEndPoint Listen, string? Certificate = null, string? Key = null, string? ClientAuthority = null, string? Revoked = null);
