using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>The words of ComputerSystem.Boot (ComputerSystem schema, Boot), read and chosen.</summary>
internal static class BootWords
{
    public const string TargetProperty = "BootSourceOverrideTarget";
    public const string EnabledProperty = "BootSourceOverrideEnabled";
    public const string ModeProperty = "BootSourceOverrideMode";
    public const string UriProperty = "HttpBootUri";

    public static RedfishBootOverride Read(JsonElement boot, VendorQuirks quirks)
    {
        var target = TargetOf(boot.Text(TargetProperty), quirks);
        var duration = boot.Text(EnabledProperty) switch
        {
            _ when target == RedfishBootTarget.None => RedfishBootDuration.Disabled,
            "Once" => RedfishBootDuration.Once,
            "Continuous" => RedfishBootDuration.Continuous,
            _ => RedfishBootDuration.Disabled,
        };
        RedfishBootMode? mode = boot.Text(ModeProperty) switch
        {
            "UEFI" => RedfishBootMode.Uefi,
            "Legacy" => RedfishBootMode.Legacy,
            _ => null,
        };
        var uri = Uri.TryCreate(boot.Text(UriProperty), UriKind.Absolute, out var address) ? address : null;
        return new RedfishBootOverride(target, duration, mode, uri);
    }

    public static RedfishBootTarget TargetOf(string? word, VendorQuirks quirks)
    {
        if (word is null)
            return RedfishBootTarget.None;
        if (Enum.TryParse<RedfishBootTarget>(word, out var target) && Enum.IsDefined(target))
            return target;
        foreach (var (named, words) in quirks.BootTargetWords)
            if (words.Contains(word))
                return named;
        return RedfishBootTarget.Other;
    }

    /// <summary>The word to write for a target; null if the service does not allow it.</summary>
    public static string? WordFor(RedfishBootTarget target, IReadOnlyList<string> allowed, VendorQuirks quirks)
    {
        var standard = target.ToString();
        if (allowed.Count == 0 || target == RedfishBootTarget.None)
            return standard;
        var words = quirks.BootTargetWords.TryGetValue(target, out var own) ? own : [];
        return words.Append(standard).FirstOrDefault(allowed.Contains) ?? (quirks.UnlistedBootTargets.Contains(target) ? standard : null);
    }

    public static string WordFor(RedfishBootMode mode) => mode == RedfishBootMode.Uefi ? "UEFI" : "Legacy";
}
