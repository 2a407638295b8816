using Rackboot.Contracts;

namespace Rackboot.Daemon.Authentication;

/// <summary>A token as the store has it.</summary>
/// <param name="Id">The part of the token that is no secret.</param>
/// <param name="Hash">SHA-256 of the secret part, in hexadecimal. It has 256 random bits, so nothing is gained by a slow hash.</param>
internal sealed record StoredToken(
    string Name, string Id, string Hash, AccessRole Role, bool Secrets, string? Scope, DateTimeOffset Created, string By,
    DateTimeOffset Expires);
