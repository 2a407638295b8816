using System.Text.Json.Nodes;

namespace Rackboot.Contracts.Yaml;

/// <summary>Puts the contents of the files that a document names in the places of their names: the appliance gets the contents.</summary>
/// <param name="file">The document's own file, for messages.</param>
/// <param name="directory">Where the files are.</param>
/// <param name="lines">The line of each member, by JSON pointer.</param>
/// <param name="errors">Receives each file that cannot be read.</param>
internal sealed class NamedFiles(string file, string directory, Dictionary<string, int> lines, List<string> errors)
{
    private readonly Dictionary<string, string> _taken = [];

    /// <summary>The files, as the document names them, by the JSON pointer of the member with the content.</summary>
    public IReadOnlyDictionary<string, string> Taken => _taken;

    /// <summary>Takes the file of every group that has a file and a content, at any depth.</summary>
    public void TakeAll(JsonNode? node, Type type, string pointer = "")
    {
        if (node is JsonArray array && DocumentForm.ItemOf(type) is { } item)
            for (var i = 0; i < array.Count; i++)
                TakeAll(array[i], item, $"{pointer}/{i}");
        else if (node is JsonObject json && type.IsClass && !type.IsGenericType)
        {
            if (type.GetProperty("File") is not null && type.GetProperty("Content") is not null)
                Take(json, ("file", "content"), pointer);
            if (type.GetProperty("Content") is not null && type.GetProperty("Name") is not null)
                Name(json, pointer);
            foreach (var (name, value) in json.ToList())
                if (DocumentForm.MembersOf(type).GetValueOrDefault(name) is { } member)
                    TakeAll(value, member.PropertyType, $"{pointer}/{name}");
        }
    }

    /// <summary>Takes one file. A password is one line.</summary>
    public void Take(JsonObject holder, (string File, string Content) member, string pointer)
    {
        if (holder[member.File] is not JsonValue value || !value.TryGetValue<string>(out var path))
            return;
        var line = lines.GetValueOrDefault($"{pointer}/{member.File}");
        try
        {
            var content = File.ReadAllText(Path.Combine(directory, path));
            holder.Remove(member.File);
            holder[member.Content] = member.Content == "password" ? content.TrimEnd('\r', '\n') : content;
            lines[$"{pointer}/{member.Content}"] = line;
            _taken[pointer.Length > 0 ? pointer : $"/{member.Content}"] = path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add($"{file}:{line}: {$"{pointer}/{member.File}"[1..].Replace('/', '.')}: {path} cannot be read (looked for in "
                + $"{directory}): {e.Message}");
        }
    }

    // The appliance keeps the name of a file beside its content; so a document that it prints has the name and no file.
    private void Name(JsonObject holder, string pointer)
    {
        if (_taken.TryGetValue(pointer, out var path))
            holder["name"] ??= path;
        else if (holder["name"] is JsonValue value && value.TryGetValue<string>(out var name))
            _taken[pointer] = name;
    }
}
