using System.Globalization;
using System.Text.Json;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>An Equinix Metal device as its API returned it; missing values are null or 0.</summary>
internal sealed record EquinixDevice(string Name, string Plan, string Metro, int Cores, decimal MemoryGiB)
{
    public static EquinixDevice Read(JsonElement device)
    {
        var plan = Member(device, "plan");
        var specs = Member(plan, "specs");
        var cores = Items(Member(specs, "cpus")).Sum(cpu => (Number(Member(cpu, "count")) ?? 1) * (CoresOf(cpu) ?? 0));
        return new EquinixDevice(
            Plain(Text(Member(device, "hostname")) ?? Text(Member(device, "id")) ?? "machine"), Text(Member(plan, "slug")) ?? "?",
            Text(Member(Member(device, "metro"), "code")) ?? "?", (int)cores, Memory(Text(Member(Member(specs, "memory"), "total"))));
    }

    /// <summary>The cheapest offer with at least the device's cores and memory.</summary>
    public CloudOffer? Nearest(IEnumerable<CloudOffer> offers) =>
        offers.Where(o => o.Route is not null && (o.Cores ?? 0) >= Cores && (o.MemoryGiB ?? 0) >= MemoryGiB)
            .OrderBy(o => o.Hourly?.Amount ?? decimal.MaxValue).ThenBy(o => o.Cores).FirstOrDefault();

    // The member "cores" if present, else the "32-Core" in the processor's type.
    private static decimal? CoresOf(JsonElement cpu) =>
        Number(Member(cpu, "cores"))
            ?? (Text(Member(cpu, "type"))?.Split(' ').FirstOrDefault(w => w.EndsWith("-Core", StringComparison.OrdinalIgnoreCase)) is
            { } word
            && decimal.TryParse(word[..^5], CultureInfo.InvariantCulture, out var cores) ? cores : null);

    private static decimal Memory(string? text) =>
        text is not null && decimal.TryParse(new string([.. text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]),
            CultureInfo.InvariantCulture, out var amount)
            ? text.Contains('T', StringComparison.OrdinalIgnoreCase) ? amount * 1024 : amount
            : 0;

    // RFC 1123 §2.1: what a machine may be called.
    private static string Plain(string name)
    {
        var plain = new string([.. name.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)
            || c is '-' or '.' ? c : '-').Take(63)]).Trim('-', '.');
        return plain.Length > 0 ? plain : "machine";
    }

    private static JsonElement Member(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDecimal() : null;
}
