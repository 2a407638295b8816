using System.Net;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Finds values (MAC address, UUID, …) that two machines of the same files both claim. The daemon finds them too, but cannot
/// name the line of the other machine.</summary>
public static class ClaimCheck
{
    /// <summary>Every clash, located in the later of the two machines.</summary>
    public static IEnumerable<(YamlDocument Document, ProblemError Clash)> Clashes(IEnumerable<YamlDocument> documents)
    {
        var claimed = new Dictionary<string, (YamlDocument Document, string Path)>();
        foreach (var document in documents.Where(d => d.Kind == "Machine"))
            foreach (var (path, claim, shown) in Claims(document))
                if (!claimed.TryAdd(claim, (document, path)) && claimed[claim] is var first && first.Document != document)
                    yield return (document, new ProblemError(path, $"{shown} is claimed by machine {first.Document.Name} too "
                        + $"({first.Document.File}:{first.Document.LineOf(first.Path)})"));
    }

    private static List<(string Path, string Claim, string Shown)> Claims(YamlDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        var root = json.RootElement;
        var claims = new List<(string, string, string)>();
        if (root.TryGetProperty("macs", out var macs) && macs.ValueKind == JsonValueKind.Array)
            foreach (var (i, mac) in macs.EnumerateArray().Index())
                if (Text(mac) is { } text)
                    claims.Add(($"/macs/{i}", "mac " + string.Concat(text.Where(char.IsAsciiHexDigit)).ToLowerInvariant(), text));
        if (Member("uuid") is { } uuid && Guid.TryParse(uuid, out var id))
            claims.Add(("/uuid", "uuid " + EitherOrder(id), uuid));
        if (Member("serial") is { } serial)
            claims.Add(("/serial", "serial " + serial.Trim(), serial));
        if (Member("address") is { } address && IPAddress.TryParse(address, out var ip))
            claims.Add(("/address", "address " + ip, address));
        return claims;

        string? Member(string name) => root.TryGetProperty(name, out var value) ? Text(value) : null;
    }

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Firmware writes the first three fields of a UUID in either byte order: both count as one claim, as in the daemon.
    private static string EitherOrder(Guid uuid)
    {
        var (big, little) =
            (Convert.ToHexString(uuid.ToByteArray(bigEndian: true)), Convert.ToHexString(uuid.ToByteArray(bigEndian: false)));
        return string.CompareOrdinal(big, little) < 0 ? big : little;
    }
}
