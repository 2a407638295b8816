namespace Rackboot.Talos.Configuration.Validation;

/// <summary>What the rules found. A place that could not be decoded is not judged again.</summary>
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
        if (!_broken.Contains((mistake.Document, mistake.Path)))
            _mistakes.Add(mistake);
    }
}
