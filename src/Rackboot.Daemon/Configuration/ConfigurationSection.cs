using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rackboot.Contracts.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Daemon.Configuration;

/// <summary>A mapping of the configuration file, read member by member; it adds every error with its line, and reading
/// continues.</summary>
internal sealed class ConfigurationSection
{
    private readonly string _path;
    private readonly ConfigurationNotes _notes;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _members = [];
    private readonly HashSet<string> _known = [];
    private readonly List<ConfigurationSection> _sections = [];

    public ConfigurationSection(string path, YamlMappingNode node, ConfigurationNotes notes)
    {
        (_path, _notes, Line) = (path, notes, (int)node.Start.Line);
        foreach (var (key, value) in node.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? key.ToString();
            _members[name] = (key, value);
            notes.At(Join(name), (int)key.Start.Line);
        }
    }

    public int Line { get; }

    /// <summary>Where it stands in the document; empty for the whole.</summary>
    public string Path => _path;

    public int LineOf(string key) => _members.TryGetValue(key, out var member) ? (int)member.Value.Start.Line : Line;

    public void Error(string key, string message) => _notes.Error(LineOf(key), Join(key), message);

    /// <summary>The mapping under <paramref name="key"/>; an empty one if it is absent.</summary>
    public ConfigurationSection Section(string key, string says)
    {
        Asked(key, "a group", null, says, isGroup: true);
        var node = new YamlMappingNode();
        if (_members.TryGetValue(key, out var member))
            if (member.Value is YamlMappingNode mapping)
                node = mapping;
            else if (!IsNull(member.Value))
                Error(key, "is a group of settings, each on its own line below it");
        return Add(new ConfigurationSection(Join(key), node, _notes));
    }

    /// <summary>The mappings in the list under <paramref name="key"/>.</summary>
    public IReadOnlyList<ConfigurationSection> Sections(string key, string says)
    {
        Asked(key, "a list of groups", null, says, isGroup: true);
        var sections = new List<ConfigurationSection>();
        foreach (var (node, path) in Items(key))
        {
            _notes.At(path, (int)node.Start.Line);
            if (node is YamlMappingNode mapping)
                sections.Add(Add(new ConfigurationSection(path, mapping, _notes)));
            else
                _notes.Error((int)node.Start.Line, path, "is a group of settings, each on its own line");
        }

        return sections;
    }

    /// <param name="form">The allowed values; the caller checks them.</param>
    public string? Text(string key, string says, string form, string? otherwise = null)
    {
        Asked(key, form, otherwise, says);
        return Text(key) ?? otherwise;
    }

    [return: NotNullIfNotNull(nameof(otherwise))]
    public string? FilePath(string key, string says, string? otherwise = null)
    {
        var path = Text(key, says, "an absolute path", otherwise);
        if (path is not null && (!path.StartsWith('/') || path.Contains('\0')))
            Error(key, $"\"{path}\" is not an absolute path");
        return path;
    }

    public IReadOnlyList<string> Texts(string key, string says, string form)
    {
        Asked(key, form, null, says);
        return Texts(key);
    }

    public int Number(string key, string says, int otherwise, int least, int most)
    {
        Asked(key, $"a whole number from {least} to {most}", $"{otherwise}", says);
        if (Text(key) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Error(key, $"\"{text}\" is not a whole number from {least} to {most}");
        return otherwise;
    }

    public bool Flag(string key, string says, bool otherwise)
    {
        Asked(key, "true or false", otherwise ? "true" : "false", says);
        switch (Text(key))
        {
            case null:
                return otherwise;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Error(key, $"\"{text}\" is neither true nor false");
                return otherwise;
        }
    }

    public T Choice<T>(string key, string says, T otherwise)
        where T : struct, Enum
    {
        var words = string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()));
        Asked(key, words, otherwise.ToString().ToLowerInvariant(), says);
        if (Text(key) is not { } text)
            return otherwise;
        foreach (var value in Enum.GetValues<T>())
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return value;
        Error(key, $"\"{text}\" is not allowed; allowed: {words}");
        return otherwise;
    }

    public TimeSpan Duration(string key, string says, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        var limits = $"a time from {Durations.Write(least)} to {Durations.Write(most)}";
        Asked(key, limits, Durations.Write(otherwise), says);
        if (Text(key) is not { } text)
            return otherwise;
        if (Durations.TryRead(text, out var time) && time >= least && time <= most)
            return time;
        Error(key, $"\"{text}\" is not {limits}, written like 500ms, 90s, 5m, 1h30m");
        return otherwise;
    }

    public IPAddress? Address(string key, string says)
    {
        Asked(key, "an IPv4 address", null, says);
        return Text(key) is { } text ? ParseAddress(text, LineOf(key), key) : null;
    }

    public IReadOnlyList<IPAddress> Addresses(string key, string says) =>
        [.. Texts(key, says, "a list of IPv4 addresses").Select(text => ParseAddress(text, LineOf(key), key)).OfType<IPAddress>()];

    /// <summary>Adds an error for every member that was not read, here and below.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, member) in _members)
            if (!_known.Contains(key))
            {
                _notes.Error((int)member.Key.Start.Line, Join(key), $"is not a setting; {Spelling.Hint(key, _known)}");
            }

        foreach (var section in _sections)
            section.ReportUnknownKeys();
    }

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private string? Text(string key)
    {
        if (!_members.TryGetValue(key, out var member) || IsNull(member.Value))
            return null;
        if (member.Value is YamlScalarNode { Value: { Length: > 0 } value })
            return value;
        Error(key, "must be a single value");
        return null;
    }

    private List<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var (node, path) in Items(key))
        {
            _notes.At(path, (int)node.Start.Line);
            if (node is YamlScalarNode { Value: { Length: > 0 } value })
                texts.Add(value);
            else
                _notes.Error((int)node.Start.Line, path, "must be a single value");
        }

        return texts;
    }

    private void Asked(string key, string form, string? otherwise, string says, bool isGroup = false)
    {
        _known.Add(key);
        _notes.Asked(new Setting(Join(key), form, otherwise, says, isGroup));
    }

    private IEnumerable<(YamlNode Node, string Path)> Items(string key)
    {
        if (!_members.TryGetValue(key, out var member) || IsNull(member.Value))
            return [];
        if (member.Value is YamlSequenceNode sequence)
            return sequence.Children.Select((node, i) => (node, $"{Join(key)}[{i}]"));
        Error(key, "must be a list, written like [a, b] or with a dash before each item");
        return [];
    }

    private IPAddress? ParseAddress(string text, int line, string key)
    {
        if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && text.Split('.').Length == 4)
            return address;
        _notes.Error(line, Join(key), $"\"{text}\" is not an IPv4 address");
        return null;
    }

    private ConfigurationSection Add(ConfigurationSection section)
    {
        _sections.Add(section);
        return section;
    }

    private string Join(string key) => key.Length == 0 ? _path : _path.Length == 0 ? key : $"{_path}.{key}";
}
