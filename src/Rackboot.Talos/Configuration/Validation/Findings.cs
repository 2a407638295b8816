namespace Rackboot.Talos.Configuration.Validation;

/// <summary>The findings of the rules. Places that could not be decoded are not checked again.</summary>
internal sealed class Findings
{
    private readonly List<ConfigurationMistake> _mistakes;
    private readonly HashSet<(string Document, string Path)> _broken;

    public Findings(List<ConfigurationMistake> mistakes)
    {
        _mistakes = mistakes;
        _broken = [.. mistakes.Select(m => (m.Document, m.Path))];
    }

    public void Add(ConfigurationMistake mistake)
    {
        if (!_broken.Contains((mistake.Document, mistake.Path))
            && !_broken.Any(b => IsMissingOnlyBecauseBroken(mistake, b.Document, b.Path)))
            _mistakes.Add(mistake);
    }

    // "needs an endpoint" would be misleading if an endpoint is present but unreadable.
    private static bool IsMissingOnlyBecauseBroken(ConfigurationMistake mistake, string document, string broken)
    {
        if (document != mistake.Document || !broken.StartsWith(mistake.Path, StringComparison.Ordinal)
            || broken.Length <= mistake.Path.Length)
            return false;
        var child = broken[mistake.Path.Length..].TrimStart('.').Split('.', '[')[0];
        return child.Length > 0 && mistake.Message.Split(' ', ',', ':', ';').Contains(child);
    }
}
