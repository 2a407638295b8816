using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Cli.Setup;

/// <summary>What rackboot setup was told, and the configuration that says it.</summary>
internal sealed record SetupPlan
{
    private const string Mark = "# rackboot setup wrote this file, and replaces it as long as nobody edits it; sum ";
    private const string RedHatIpxe = "/usr/share/ipxe";

    public required string Interface { get; init; }
    public required string Network { get; init; }
    public required SetupMode Mode { get; init; }
    public string? Range { get; init; }
    public string? Router { get; init; }
    public IReadOnlyList<string> Dns { get; init; } = [];
    public IReadOnlyList<string> Ntp { get; init; } = [];

    /// <summary>Where the API listens on the network; null: nowhere.</summary>
    public string? Https { get; init; }

    /// <summary>The configuration: this one interface, this one network, and nothing else.</summary>
    public string Write()
    {
        var text = new StringBuilder("# man rackboot.yaml explains every setting; after a change: rackbootd --check, then\n"
            + "# systemctl reload rackbootd\n");
        text.Append($"boot:\n  interfaces: [{Interface}]\n");
        if (!Directory.Exists("/usr/lib/ipxe") && Directory.Exists(RedHatIpxe))
            text.Append($"  ipxe: {RedHatIpxe}\n");
        text.Append($"subnets:\n  - subnet: {Network}\n    mode: {Mode.ToString().ToLowerInvariant()}\n");
        if (Mode == SetupMode.Dhcp)
        {
            Line(text, "range", Range);
            Line(text, "router", Router);
            Line(text, "dns", List(Dns));
            Line(text, "ntp", List(Ntp));
        }

        text.Append("machines:\n  unknown: discover                   # ignore | discover | boot\n");
        if (Https is not null)
            text.Append($"management:\n  https:\n    listen: \"{Https}\"             # logins: docs/access.md\n");
        return $"{Mark}{Sum(text.ToString())}\n{text}";
    }

    /// <summary>Whether setup may replace a configuration: it stands as the package or setup itself wrote it.</summary>
    public static bool MayReplace(string text) => IsOwn(text) || Normal(text) == Normal(Packaged());

    private static bool IsOwn(string text) =>
        text.StartsWith(Mark, StringComparison.Ordinal) && text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end
            && text[Mark.Length..end] == Sum(text[(end + 1)..]);

    // Red Hat's package adds where its iPXE is.
    private static string Normal(string text) =>
        string.Join('\n', text.Split('\n').Where(l => l.Trim() != $"ipxe: {RedHatIpxe}").Select(l => l.TrimEnd())).Trim();

    private static string Packaged()
    {
        using var stream = typeof(SetupPlan).Assembly.GetManifestResourceStream("rackboot.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static string? List(IReadOnlyList<string> items) => items.Count == 0 ? null : $"[{string.Join(", ", items)}]";

    private static void Line(StringBuilder text, string setting, string? value)
    {
        if (value is not null)
            text.Append($"    {setting}: {value}\n");
    }
}
