using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Rackboot.Redfish;

/// <summary>Parses JSON whose texts may be no Unicode: services pass on names as parts have them in their memories, byte by byte. What is
/// no character becomes U+FFFD, instead of an exception where the text is read.</summary>
internal static partial class WellFormedJson
{
    /// <exception cref="JsonException">It is not JSON, or nested too deep.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json, int maxDepth)
    {
        if (!Utf8.IsValid(json) || json.IndexOf("\\ud"u8) >= 0 || json.IndexOf("\\uD"u8) >= 0)
            json = Encoding.UTF8.GetBytes(
                Surrogates().Replace(Encoding.UTF8.GetString(json), m => m.Groups[1].Success ? "\\uFFFD" : m.Value));
        return JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = maxDepth });
    }

    // An escaped backslash, a pair, or (group 1) half of one (RFC 8259 §8.2).
    [GeneratedRegex(@"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})")]
    private static partial Regex Surrogates();
}
