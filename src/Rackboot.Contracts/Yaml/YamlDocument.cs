namespace Rackboot.Contracts.Yaml;

/// <summary>A document of a YAML file, in the form for the API.</summary>
/// <param name="File">The file, as the operator named it.</param>
/// <param name="Line">The line where it starts.</param>
/// <param name="Json">The document as JSON.</param>
/// <param name="Lines">The line of each member and item, by JSON pointer.</param>
public sealed record YamlDocument(string File, int Line, string Kind, string Name, string Json, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>The line of <paramref name="pointer"/>, or of the nearest enclosing member.</summary>
    public int LineOf(string pointer)
    {
        for (var path = pointer; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
            if (Lines.TryGetValue(path, out var line))
                return line;
        return Line;
    }

    /// <summary><c>rack.yaml:14: macs[0]: …</c></summary>
    public string Describe(ProblemError error)
    {
        var place = error.Path.TrimStart('/').Split('/').Aggregate(
            "", (path, part) => int.TryParse(part, out var i) ? $"{path}[{i}]" : path.Length == 0 ? part : $"{path}.{part}");
        return $"{File}:{LineOf(error.Path)}: {(place.Length == 0 ? "" : place + ": ")}{error.Message}";
    }
}
