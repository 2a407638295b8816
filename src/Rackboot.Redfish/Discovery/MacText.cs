using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>MAC addresses as services write them: with colons, dashes or nothing between.</summary>
internal static class MacText
{
    /// <summary>The address of an interface, the one it was made with first; lower case with colons. Null if it has none.</summary>
    public static string? Of(JsonElement resource) => Read(resource.Text("PermanentMACAddress")) ?? Read(resource.Text("MACAddress"));

    /// <summary>Every address of an interface: the one it was made with, and the one it was given instead.</summary>
    public static IEnumerable<string> All(JsonElement resource) =>
        new[] { Read(resource.Text("PermanentMACAddress")), Read(resource.Text("MACAddress")) }.OfType<string>().Distinct();

    public static string? Read(string? text)
    {
        if (text is null)
            return null;
        var digits = string.Concat(text.Where(c => c is not (':' or '-' or '.'))).ToLowerInvariant();
        if (digits.Length != 12 || !digits.All(char.IsAsciiHexDigit) || digits.All(c => c == '0') || digits.All(c => c == 'f'))
            return null;
        return string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
    }
}
