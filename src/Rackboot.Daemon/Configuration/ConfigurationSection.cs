using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Rackboot.Contracts.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Daemon.Configuration;

/// <summary>A mapping of the configuration file, read member by member; every mistake is noted with its line, and reading goes
/// on.</summary>
internal sealed class ConfigurationSection
{
    private readonly string _file;
    private readonly string _path;
    private readonly List<ConfigurationError> _errors;
    private readonly Dictionary<string, (YamlNode Key, YamlNode Value)> _members = [];
    private readonly HashSet<string> _known = [];
    private readonly List<ConfigurationSection> _sections = [];

    public ConfigurationSection(string file, string path, YamlMappingNode node, List<ConfigurationError> errors)
    {
        (_file, _path, _errors, Line) = (file, path, errors, (int)node.Start.Line);
        foreach (var (key, value) in node.Children)
            _members[(key as YamlScalarNode)?.Value ?? key.ToString()] = (key, value);
    }

    public int Line { get; }

    public bool Has(string key) => _members.ContainsKey(key);

    public int LineOf(string key) => _members.TryGetValue(key, out var member) ? (int)member.Value.Start.Line : Line;

    public void Error(string key, string message) => Error(LineOf(key), key, message);

    /// <summary>The mapping under <paramref name="key"/>; an empty one if it is left out.</summary>
    public ConfigurationSection Section(string key)
    {
        _known.Add(key);
        var node = new YamlMappingNode();
        if (_members.TryGetValue(key, out var member))
            if (member.Value is YamlMappingNode mapping)
                node = mapping;
            else if (!IsNull(member.Value))
                Error(key, "is a group of settings, each on its own line below it");
        return Add(new ConfigurationSection(_file, Join(key), node, _errors));
    }

    /// <summary>The mappings in the list under <paramref name="key"/>.</summary>
    public IReadOnlyList<ConfigurationSection> Sections(string key)
    {
        var sections = new List<ConfigurationSection>();
        foreach (var (node, path) in Items(key))
            if (node is YamlMappingNode mapping)
                sections.Add(Add(new ConfigurationSection(_file, path, mapping, _errors)));
            else
                _errors.Add(new ConfigurationError(_file, (int)node.Start.Line, path, "is a group of settings, each on its own line"));
        return sections;
    }

    public string? Text(string key)
    {
        _known.Add(key);
        if (!_members.TryGetValue(key, out var member) || IsNull(member.Value))
            return null;
        if (member.Value is YamlScalarNode { Value: { Length: > 0 } value })
            return value;
        Error(key, "is one value");
        return null;
    }

    public IReadOnlyList<string> Texts(string key)
    {
        var texts = new List<string>();
        foreach (var (node, path) in Items(key))
            if (node is YamlScalarNode { Value: { Length: > 0 } value })
                texts.Add(value);
            else
                _errors.Add(new ConfigurationError(_file, (int)node.Start.Line, path, "is one value"));
        return texts;
    }

    public int Number(string key, int otherwise, int least, int most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Error(key, $"\"{text}\" is not a whole number from {least} to {most}");
        return otherwise;
    }

    public bool Flag(string key, bool otherwise)
    {
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

    public T Choice<T>(string key, T otherwise)
        where T : struct, Enum
    {
        if (Text(key) is not { } text)
            return otherwise;
        foreach (var value in Enum.GetValues<T>())
            if (string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return value;
        Error(key, $"\"{text}\" is not allowed; allowed: {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
        return otherwise;
    }

    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        if (Durations.TryRead(text, out var time) && time >= least && time <= most)
            return time;
        Error(key, $"\"{text}\" is not a time from {Show(least)} to {Show(most)}, written like 500ms, 90s, 5m, 1h30m");
        return otherwise;
    }

    public IPAddress? Address(string key) => Text(key) is { } text ? ParseAddress(text, LineOf(key), key) : null;

    public IReadOnlyList<IPAddress> Addresses(string key) =>
        [.. Texts(key).Select(text => ParseAddress(text, LineOf(key), key)).OfType<IPAddress>()];

    /// <summary>Notes every member that nobody asked for, here and below.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var (key, member) in _members)
            if (!_known.Contains(key))
            {
                Error((int)member.Key.Start.Line, key, $"there is no such setting; {Spelling.Hint(key, _known)}");
            }

        foreach (var section in _sections)
            section.ReportUnknownKeys();
    }

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string Show(TimeSpan time) => time.TotalHours >= 1
        ? $"{time.TotalHours:0}h"
        : time.TotalSeconds >= 1 ? $"{time.TotalSeconds:0}s" : $"{time.TotalMilliseconds:0}ms";

    private IEnumerable<(YamlNode Node, string Path)> Items(string key)
    {
        _known.Add(key);
        if (!_members.TryGetValue(key, out var member) || IsNull(member.Value))
            return [];
        if (member.Value is YamlSequenceNode sequence)
            return sequence.Children.Select((node, i) => (node, $"{Join(key)}[{i}]"));
        Error(key, "is a list, written like [a, b] or with a dash before each item");
        return [];
    }

    private IPAddress? ParseAddress(string text, int line, string key)
    {
        if (IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork && text.Split('.').Length == 4)
            return address;
        Error(line, key, $"\"{text}\" is not an IPv4 address");
        return null;
    }

    private ConfigurationSection Add(ConfigurationSection section)
    {
        _sections.Add(section);
        return section;
    }

    private void Error(int line, string key, string message) => _errors.Add(new ConfigurationError(_file, line, Join(key), message));

    private string Join(string key) => key.Length == 0 ? _path : _path.Length == 0 ? key : $"{_path}.{key}";
}
