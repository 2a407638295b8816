namespace Rackboot.Daemon.Configuration;

/// <summary>The line of each setting in its file, by path: <c>subnets[0].range</c>.</summary>
public sealed class ConfigurationLines(IReadOnlyDictionary<string, int> lines)
{
    public static ConfigurationLines None { get; } = new(new Dictionary<string, int>());

    /// <summary>Whether the file has the setting.</summary>
    public bool Has(string path) => lines.ContainsKey(path);

    /// <summary>The line of a setting or, if the file does not have it, of the nearest enclosing group.</summary>
    public int Of(string path)
    {
        for (var rest = path; rest.Length > 0; rest = rest[..Math.Max(0, rest.LastIndexOfAny(['.', '[']))])
            if (lines.TryGetValue(rest, out var line))
                return line;
        return 1;
    }
}
