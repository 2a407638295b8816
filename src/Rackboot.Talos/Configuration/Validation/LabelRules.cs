using System.Text.RegularExpressions;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>Labels, annotations and taints of nodes (pkg/machinery/labels).</summary>
internal static partial class LabelRules
{
    private const int MostAnnotationBytes = 256 << 10;

    public static void Labels(Cursor labels)
    {
        foreach (var (key, value) in labels.Entries)
        {
            if (NameProblem(key) is { } problem)
                value.Refuse($"\"{key}\" {problem}");
            value.Refuse(!IsValue(value.Text),
                $"\"{value.Text}\" is not a label value: at most 63 letters, digits, -, _ or ., with a letter or digit at each end");
        }
    }

    public static void Annotations(Cursor annotations)
    {
        foreach (var (key, value) in annotations.Entries)
        {
            if (NameProblem(key) is { } problem)
                value.Refuse($"\"{key}\" {problem}");
            value.Refuse(key is "talos.dev/owned-labels" or "talos.dev/owned-annotations" or "talos.dev/owned-taints",
                "is reserved by Talos");
        }

        annotations.Refuse(annotations.Entries.Sum(e => e.Key.Length + e.Value.Text.Length) > MostAnnotationBytes,
            "have more than 256 KiB in total");
    }

    public static void Taints(Cursor taints)
    {
        foreach (var (key, value) in taints.Entries)
        {
            if (NameProblem(key) is { } problem)
            {
                value.Refuse($"\"{key}\" {problem}");
                continue;
            }

            var parts = value.Text.Split(':', 2);
            value.Refuse(parts[^1] is not ("NoSchedule" or "PreferNoSchedule" or "NoExecute"),
                $"\"{value.Text}\" must be an effect (NoSchedule, PreferNoSchedule or NoExecute) or value:effect");
            value.Refuse(parts.Length == 2 && !IsValue(parts[0]), $"\"{parts[0]}\" is not a taint value");
        }
    }

    /// <summary>Why a text is not a qualified name, or null.</summary>
    public static string? NameProblem(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
            return "has more than one slash";
        if (parts.Length == 2 && !IsDomain(parts[0]))
            return "needs a lower-case domain name before the slash";
        return parts[^1].Length is 0 or > 63 || !QualifiedName().IsMatch(parts[^1])
            ? "needs 1 to 63 letters, digits, -, _ or ., with a letter or digit at each end" : null;
    }

    public static bool IsDomain(string text) => text.Length <= 253 && Subdomain().IsMatch(text);

    private static bool IsValue(string text) => text.Length <= 63 && (text.Length == 0 || QualifiedName().IsMatch(text));

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex Subdomain();
}
