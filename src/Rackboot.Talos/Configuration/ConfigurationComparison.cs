using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Configuration;

/// <summary>Compares two machine configurations without showing secrets. Both are first written in Talos's form,
/// so order, quotes and comments do not count.</summary>
public static class ConfigurationComparison
{
    /// <summary>Replaces a secret that differs from the other configuration's.</summary>
    public const string OtherMark = SecretRedaction.Mark + " (another)";

    /// <summary>The differences in the format of <c>diff -u</c>; empty if there are none.</summary>
    /// <param name="error">Why one of them cannot be read; contains no secret.</param>
    public static bool TryDiff(SecretText from, SecretText to, string fromName, string toName, out string diff, out string? error)
    {
        diff = "";
        if (!TryRead(from, out var old, out error) || !TryRead(to, out var @new, out error))
            return false;
        if (old!.ToYaml() == @new!.ToYaml())
            return true;
        var known = new HashSet<string>(StringComparer.Ordinal);
        var before = SecretRedaction.Redact(old, secret =>
        {
            known.Add(secret);
            return SecretRedaction.Mark;
        }).ToYaml();
        var after = SecretRedaction.Redact(@new, secret => known.Contains(secret) ? SecretRedaction.Mark : OtherMark).ToYaml();
        diff = before == after
            ? $"--- {fromName}\n+++ {toName}\nThe same secrets appear in other places.\n"
            : LineDiff.Unified(before, after, fromName, toName);
        return true;
    }

    private static bool TryRead(SecretText text, out MachineConfiguration? configuration, out string? error)
    {
        var mistakes = new List<ConfigurationMistake>();
        configuration = MachineConfiguration.Read(text.Reveal(), new ConfigurationOptions(), mistakes);
        var wrong = mistakes.Where(m => !m.IsWarning).ToList();
        error = wrong.Count == 0 ? null : string.Join("; ", wrong.Take(5));
        return error is null;
    }
}
