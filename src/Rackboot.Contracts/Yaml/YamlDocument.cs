using System.Globalization;

namespace Rackboot.Contracts.Yaml;

/// <summary>A document of a YAML file, in the form for the API.</summary>
/// <param name="File">The file, as the operator named it.</param>
/// <param name="Line">The line where it starts.</param>
/// <param name="Json">The document as JSON.</param>
/// <param name="Lines">The line of each member and item, by JSON pointer.</param>
public sealed record YamlDocument(string File, int Line, string Kind, string Name, string Json, IReadOnlyDictionary<string, int> Lines)
{
    private const string InLine = "line ";

    /// <summary>The files that the document names, as it names them, by the JSON pointer of the member with their content.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The line of <paramref name="pointer"/>, or of the nearest enclosing member.</summary>
    public int LineOf(string pointer) => Nearest(Lines, pointer, Line);

    /// <summary><c>rack.yaml:14: macs[0]: …</c>; of an error in a file that the document names
    /// <c>prod.yaml:9: patches[0]: cp.yaml:2: …</c></summary>
    public string Describe(ProblemError error)
    {
        var place = error.Path.TrimStart('/').Split('/').Aggregate(
            "", (path, part) => int.TryParse(part, out var i) ? $"{path}[{i}]" : path.Length == 0 ? part : $"{path}.{part}");
        return $"{File}:{LineOf(error.Path)}: {(place.Length == 0 ? "" : place + ": ")}{InFile(error)}";
    }

    // The appliance knows the content and its lines, not the file.
    private string InFile(ProblemError error)
    {
        if (Nearest(Files, error.Path, "") is not { Length: > 0 } file)
            return error.Message;
        return error.Message.StartsWith(InLine, StringComparison.Ordinal)
            && error.Message.IndexOf(": ", StringComparison.Ordinal) is > 0 and var end
            && int.TryParse(error.Message.AsSpan(InLine.Length, end - InLine.Length), NumberStyles.None, null, out var line)
            ? $"{file}:{line}{error.Message[end..]}"
            : $"{file}: {error.Message}";
    }

    private static T Nearest<T>(IReadOnlyDictionary<string, T> values, string pointer, T otherwise)
    {
        for (var path = pointer; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
            if (values.TryGetValue(path, out var value))
                return value;
        return otherwise;
    }
}
