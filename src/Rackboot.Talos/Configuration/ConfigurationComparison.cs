using Rackboot.Talos.Secrets;

namespace Rackboot.Talos.Configuration;

/// <summary>Shows how one machine configuration differs from another, without their secrets. Both are written as Talos writes them first,
/// so order, quotes and comments do not count.</summary>
public static class ConfigurationComparison
{
    /// <summary>What stands in place of a secret that the other configuration does not have.</summary>
    public const string OtherMark = SecretRedaction.Mark + " (another)";

    /// <summary>The differences in the form of <c>diff -u</c>; empty if there are none.</summary>
    /// <param name="error">Why one of them cannot be read; it shows no secret.</param>
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
            ? $"--- {fromName}\n+++ {toName}\nThe same secrets stand in other places.\n"
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
