using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Contracts.Yaml;

/// <summary>Reads YAML files of documents, each with <c>apiVersion</c>, <c>kind</c> and <c>name</c>. Finds every
/// error that can be found without the appliance.</summary>
public sealed class YamlDocuments
{
    public const int MostCharacters = 4 * 1024 * 1024;

    private readonly List<YamlDocument> _documents = [];
    private readonly List<string> _errors = [];

    public IReadOnlyList<YamlDocument> Documents => _documents;

    /// <summary>Every error, <c>file:line: what is wrong</c>.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Adds the documents of a file.</summary>
    /// <param name="file">The name for messages.</param>
    /// <param name="directory">Base directory for files that a document names.</param>
    public void Add(string file, string text, string directory)
    {
        if (text.Length > MostCharacters)
            _errors.Add($"{file}:1: is larger than {MostCharacters:N0} characters, the limit of one file; "
                + "split it into several files and apply their directory: -f DIR");
        else if (!YamlText.TryLoad(text, out var stream, out var line, out var mistake))
            _errors.Add($"{file}:{line}: {mistake}");
        else
            foreach (var root in stream.Documents.Select(d => d.RootNode))
                if (root is YamlMappingNode { Children: var members } && members.TryGetValue(new YamlScalarNode("items"), out var items)
                    && items is YamlSequenceNode list)
                    foreach (var item in list.OfType<YamlMappingNode>()) // a list as "rackboot get -o yaml" prints it
                        Read(file, item, directory);
                else if (root is YamlMappingNode mapping)
                    Read(file, mapping, directory);
                else if (root is not YamlScalarNode { Value: null or "" }) // "---" at the end of a file
                    _errors.Add($"{file}:{root.Start.Line}: is not a document; a document starts with apiVersion, kind and name");
    }

    private void Read(string file, YamlMappingNode root, string directory)
    {
        var before = _errors.Count;
        var line = (int)root.Start.Line;
        var kind = Member(root, "kind");
        if (Member(root, "apiVersion") is not Document.ApiVersion and var version)
            _errors.Add($"{file}:{LineOf(root, "apiVersion")}: apiVersion: "
                + $"{(version is null ? "is missing" : $"\"{version}\" is not known")}; allowed: {Document.ApiVersion}");
        if (Member(root, "name") is not { Length: > 0 } name)
        {
            _errors.Add($"{file}:{LineOf(root, "name")}: name: is missing");
            name = "";
        }

        if (kind is null || !DocumentForm.Kinds.TryGetValue(kind, out var type))
        {
            _errors.Add($"{file}:{LineOf(root, "kind")}: kind: {(kind is null ? "is missing" : $"\"{kind}\" is not known")}; allowed: "
                + $"{string.Join(", ", DocumentForm.Kinds.Keys)}");
            return;
        }

        // Observed members are not the operator's; a document printed by another version may use other words in them.
        root.Children.Remove(new YamlScalarNode("status"));
        var lines = new Dictionary<string, int>();
        var json = Convert(root, type, "", lines, (place, message) => _errors.Add($"{file}:{place}: {message}")) as JsonObject ?? [];
        var named = new NamedFiles(file, directory, lines, _errors);
        named.TakeAll(json, type);
        if (kind == "Credential")
            named.Take(json, ("passwordFile", "password"), "");
        if (_errors.Count == before)
            _documents.Add(new YamlDocument(file, line, kind, name, json.ToJsonString(Document.Json), lines) { Files = named.Taken });
    }

    private static JsonNode? Convert(YamlNode node, Type type, string pointer, Dictionary<string, int> lines, Action<long, string> error)
    {
        lines[pointer] = (int)node.Start.Line;
        type = Nullable.GetUnderlyingType(type) ?? type;
        var place = pointer.TrimStart('/').Replace('/', '.');
        switch (node)
        {
            case YamlScalarNode scalar:
                if (IsNull(scalar))
                    return null;
                if (type.GetCustomAttribute<ShorthandAttribute>() is { } shorthand)
                    return new JsonObject { [JsonNamingPolicy.CamelCase.ConvertName(shorthand.Member)] = scalar.Value };
                return Scalar(scalar.Value!, type) ?? Wrong($"\"{scalar.Value}\" is not {DocumentForm.Describe(type)}");
            case YamlSequenceNode sequence when DocumentForm.ItemOf(type) is { } item:
                return new JsonArray([.. sequence.Children.Select((child, i) => Whole(child, item, $"{pointer}/{i}"))]);
            case YamlMappingNode mapping when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>):
                return Object(mapping, _ => typeof(string), [], Whole);
            case YamlMappingNode mapping when DocumentForm.ItemOf(type) is null && type is { IsEnum: false } && type != typeof(string)
                && !type.IsPrimitive:
                var members = DocumentForm.MembersOf(type);
                return Object(mapping, key => members.GetValueOrDefault(key)?.PropertyType, members.Keys, (value, member, path) =>
                    Convert(value, member, path, lines, error));
            default:
                return Wrong($"is not {DocumentForm.Describe(type)}");
        }

        // A member without a value is omitted; an item or a label without one is an error.
        JsonNode? Whole(YamlNode child, Type type, string path)
        {
            if (child is YamlScalarNode scalar && IsNull(scalar))
                error(child.Start.Line, $"{path[1..].Replace('/', '.')}: is empty");
            return Convert(child, type, path, lines, error);
        }

        JsonObject Object(YamlMappingNode mapping, Func<string, Type?> memberType, IEnumerable<string> known,
            Func<YamlNode, Type, string, JsonNode?> convert)
        {
            var result = new JsonObject();
            foreach (var (key, value) in mapping.Children)
            {
                var name = (key as YamlScalarNode)?.Value ?? "";
                if (memberType(name) is { } member)
                    result[name] = convert(value, member, $"{pointer}/{name}");
                else
                    error(key.Start.Line,
                        $"{(place.Length == 0 ? "" : place + ".")}{name}: unknown field; {Spelling.Hint(name, known)}");
            }

            return result;
        }

        JsonNode? Wrong(string message)
        {
            error(node.Start.Line, $"{(place.Length == 0 ? "" : place + ": ")}{message}");
            return null;
        }
    }

    // The member decides a value's type: an unquoted 10 is the text "10" if text is expected. (YAML's own guesses make "no" a country's
    // trouble.)
    private static JsonValue? Scalar(string text, Type type) =>
        type == typeof(string) ? JsonValue.Create(text)
        : type.IsEnum ? DocumentForm.WordsOf(type).Contains(text) ? JsonValue.Create(text) : null
        : type == typeof(bool) ? text is "true" or "false" ? JsonValue.Create(text == "true") : null
        : type == typeof(long) || type == typeof(int)
        ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : null
        : type == typeof(DateTimeOffset) ? JsonValue.Create(text)
        : null;

    private static bool IsNull(YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private static string? Member(YamlMappingNode root, string key) =>
        root.Children.TryGetValue(new YamlScalarNode(key), out var node) ? (node as YamlScalarNode)?.Value : null;

    private static long LineOf(YamlMappingNode root, string key) =>
        root.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node.Start.Line : root.Start.Line;
}
