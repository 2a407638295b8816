using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rackboot.Cli.Support;

/// <summary>Takes secrets out of what is given to others. Members that people fill with text of their own (patches, kernel arguments,
/// settings of providers) lose it whole; all other text loses whatever looks like a secret. Rather too much goes than too little.</summary>
internal static partial class Redaction
{
    public const string Removed = "(removed)";

    // Members that hold secrets, or text of people's own that may.
    private static readonly HashSet<string> Secret = new(StringComparer.OrdinalIgnoreCase)
    {
        "content", "password", "passphrase", "token", "joinToken", "secret", "secrets", "key", "privateKey", "ca", "pem", "userData",
            "patches",
        "schematicContent",
    };

    // What a kernel is told that is worth knowing and no secret.
    private static readonly HashSet<string> PlainArguments = new(StringComparer.Ordinal)
    {
        "console", "earlycon", "panic", "init_on_alloc", "slab_nomerge", "pti", "consoleblank", "nvme_core.io_timeout", "printk.devkmsg",
        "selinux", "module.sig_enforce", "net.ifnames", "talos.platform", "talos.logging.kernel", "talos.dashboard.disabled", "ip", "vlan",
            "bond",
        "iommu", "intel_iommu", "amd_iommu", "pci", "acpi", "nomodeset", "quiet", "debug",
    };

    /// <summary>A document without its secrets.</summary>
    public static JsonNode? Of(JsonNode? node, string member = "") => node switch
    {
        JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Member(m.Key, m.Value)))),
        JsonArray items => new JsonArray([.. items.Select(i => Of(i, member))]),
        JsonValue value when value.TryGetValue<string>(out var text) =>
            member.Equals("kernelArguments", StringComparison.OrdinalIgnoreCase) ? Argument(text) : Of(text),
        _ => node?.DeepClone(),
    };

    /// <summary>Text without what looks like a secret: logins and queries in URLs, PEM, values named as secrets, long random
    /// words.</summary>
    public static string Of(string text)
    {
        text = Pem().Replace(text, Removed);
        text = Login().Replace(text, $"$1{Removed}@");
        text = Query().Replace(text, $"$1?{Removed}");
        text = ConfigPath().Replace(text, $"$1{Removed}");
        text = Named().Replace(text, $"$1{Removed}");
        return RandomWord().Replace(text, m => IsName(m.Value) ? m.Value : Removed);
    }

    private static JsonNode? Member(string name, JsonNode? value) =>
        value is null ? null
        : Secret.Contains(name) ? Removed
        : name.Equals("settings", StringComparison.OrdinalIgnoreCase) && value is JsonObject settings
            ? new JsonObject(settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)Removed)))
        : Of(value, name);

    private static string Argument(string argument)
    {
        var name = argument.Split('=', 2)[0];
        return PlainArguments.Contains(name) ? Of(argument) : argument.Contains('=', StringComparison.Ordinal) ? $"{name}={Removed}"
            : Removed;
    }

    // In hexadecimal: ids, UUIDs and digests, which are names.
    private static bool IsName(string word) => word.Length is 32 or 36 or 40 or 64
        && word.All(c => char.IsAsciiHexDigitLower(c) || c == '-');

    [GeneratedRegex(@"-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(-----END [A-Z0-9 ]+-----|\z)")]
    private static partial Regex Pem();

    [GeneratedRegex(@"([a-zA-Z][a-zA-Z0-9+.-]*://)[^/\s""'@]+@")]
    private static partial Regex Login();

    [GeneratedRegex(@"([a-zA-Z][a-zA-Z0-9+.-]*://[^\s""'?#]+)\?[^\s""']+")]
    private static partial Regex Query();

    [GeneratedRegex(@"(/config/)[A-Za-z0-9_-]+")]
    private static partial Regex ConfigPath();

    [GeneratedRegex(@"(?i)\b([\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|private[_-]?key|bearer|psk)[\w.-]*[""']?"
        + @"\s*[:=]\s*)(?:""[^""]*""|'[^']*'|[^\s,;&}\]]+)")]
    private static partial Regex Named();

    // Base64 with its padding, and any long word with a digit in it.
    [GeneratedRegex(@"(?<![A-Za-z0-9+/_=-])(?:(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[a-z])[A-Za-z0-9+/]{20,}={1,2}(?![A-Za-z0-9])"
        + @"|(?=[A-Za-z0-9+_-]*[0-9])[A-Za-z0-9+_-]{32,}={0,2})")]
    private static partial Regex RandomWord();
}
