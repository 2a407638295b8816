using System.Text.RegularExpressions;

namespace Rackboot.Daemon.Configuration;

/// <summary>Collected while a configuration file is read: its errors, all possible settings, and the line of each present
/// one.</summary>
internal sealed partial class ConfigurationNotes(string file)
{
    private readonly Dictionary<string, Setting> _settings = [];
    private readonly Dictionary<string, int> _lines = [];

    public List<ConfigurationError> Errors { get; } = [];

    /// <summary>In the order in which they were read.</summary>
    public IReadOnlyCollection<Setting> Settings => _settings.Values;

    public ConfigurationLines Lines => new(_lines);

    public void Error(int line, string path, string message) => Errors.Add(new ConfigurationError(file, line, path, message));

    public void Asked(Setting setting)
    {
        var path = Index().Replace(setting.Path, "[]");
        _settings.TryAdd(path, setting with { Path = path });
    }

    public void At(string path, int line) => _lines[path] = line;

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();
}
