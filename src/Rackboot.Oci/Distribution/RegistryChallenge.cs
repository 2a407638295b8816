using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Rackboot.Oci.Distribution;

/// <summary>How a registry wants to be asked (WWW-Authenticate; distribution docs, "Token Authentication Specification").</summary>
/// <param name="Scheme"><c>bearer</c> or <c>basic</c>.</param>
/// <param name="Realm">Where tokens are given.</param>
public sealed partial record RegistryChallenge(string Scheme, string Realm, string Service, string Scope)
{
    /// <summary>Reads the first challenge that is understood.</summary>
    public static bool TryRead(HttpHeaderValueCollection<AuthenticationHeaderValue> headers,
        [NotNullWhen(true)] out RegistryChallenge? challenge)
    {
        challenge = null;
        foreach (var header in headers)
        {
            var scheme = header.Scheme.ToLowerInvariant();
            if (scheme is not ("bearer" or "basic"))
                continue;
            var members = Member().Matches(header.Parameter ?? "").GroupBy(m => m.Groups[1].Value.ToLowerInvariant())
                .ToDictionary(g => g.Key, g => g.First().Groups[2].Value);
            challenge = new RegistryChallenge(scheme, members.GetValueOrDefault("realm", ""), members.GetValueOrDefault("service", ""),
                members.GetValueOrDefault("scope", ""));
            return true;
        }

        return false;
    }

    [GeneratedRegex("""([A-Za-z]+)="([^"]*)"?""")]
    private static partial Regex Member();
}
