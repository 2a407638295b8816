using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Cloud.Tests.Specs;

/// <summary>A provider's own OpenAPI or Swagger document, which requests are held against: the path and method are in it, every query
/// parameter is declared,
/// the body has what is required and nothing that does not exist.</summary>
internal sealed class Specification
{
    private static readonly ConcurrentDictionary<string, Specification?> Known = new();

    private readonly JsonObject _root;
    private readonly string _base;

    private Specification(JsonObject root, string prefix) => (_root, _base) = (root, prefix);

    /// <summary>Null where the documents are not there.</summary>
    /// <param name="prefix">What paths of requests begin with and the document's do not.</param>
    public static Specification? Load(string file, string prefix) => Known.GetOrAdd(file, _ =>
    {
        var path = Path.Combine(Folder, file);
        if (!File.Exists(path))
            return null;
        var text = File.ReadAllText(path);
        return new Specification((file.EndsWith("json", StringComparison.Ordinal) ? JsonNode.Parse(text) : Yaml(text))!.AsObject(), prefix);
    });

    public static string Folder
    {
        get
        {
            for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
                if (Directory.Exists(Path.Combine(directory.FullName, "shared", "clouds", "specs")))
                    return Path.Combine(directory.FullName, "shared", "clouds", "specs");
            return "/nowhere";
        }
    }

    /// <summary>What is wrong with a request; null if nothing.</summary>
    /// <param name="beside">Members that are known from elsewhere than the document.</param>
    public string? Mistake(string method, Uri url, string body, IReadOnlySet<string> beside)
    {
        var path = url.AbsolutePath.StartsWith(_base, StringComparison.Ordinal) ? url.AbsolutePath[_base.Length..] : url.AbsolutePath;
        var found = _root["paths"]!.AsObject().Where(p => Fits(p.Key, path)).OrderBy(p => p.Key.Count(c => c == '{')).FirstOrDefault();
        if (found.Value is not JsonObject item || item[method.ToLowerInvariant()] is not JsonObject operation)
            return $"{method} {path} is not in the document";
        var parameters = (item["parameters"]?.AsArray() ?? []).Concat(operation["parameters"]?.AsArray() ?? []).Select(p =>
            Resolve(p!)).ToList();
        var queries = parameters.Where(p => (string?)p["in"] == "query").Select(p => (string)p["name"]!).ToHashSet();
        foreach (var query in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(q =>
            Uri.UnescapeDataString(q.Split('=')[0])))
            if (!queries.Contains(query) && !beside.Contains(query))
                return $"{method} {path}: query parameter {query} is not declared";
        var schema = operation["requestBody"] is { } wanted
            ? Resolve(wanted)["content"]?.AsObject().Select(c => c.Value?["schema"]).FirstOrDefault()
            : parameters.FirstOrDefault(p => (string?)p["in"] == "body")?["schema"];
        if (body.Length == 0)
            return null;
        return schema is null ? $"{method} {path} takes no body" : Judge(JsonNode.Parse(body), schema, "", beside);
    }

    private string? Judge(JsonNode? value, JsonNode schema, string at, IReadOnlySet<string> beside, int depth = 0)
    {
        var s = Resolve(schema);
        if (depth > 12)
            return null;
        foreach (var word in (string[])["oneOf", "anyOf"])
            if (s[word] is JsonArray any && any.Count > 0)
            {
                var mistakes = any.Select(one => Judge(value, one!, at, beside, depth + 1)).ToList();
                if (mistakes.TrueForAll(m => m is not null))
                    return mistakes[0];
                if (s["properties"] is null)
                    return null;
            }

        if (s["enum"] is JsonArray allowed && !allowed.Any(a => a?.ToString() == value?.ToString()))
            return $"{at} is \"{value}\", which is not allowed";
        if (value is JsonArray list)
            return Merged(s, "items", depth) is { } items ? list.Select((v, i) =>
                Judge(v, items, $"{at}[{i}]", beside, depth + 1)).FirstOrDefault(m => m is not null) : Kind(s, value, at);
        if (value is not JsonObject members)
            return Kind(s, value, at);
        var properties = Properties(s, depth);
        foreach (var (name, _) in Required(s, depth).Select(r => (r, 0)).Where(r => !members.ContainsKey(r.r)))
            return $"{at}.{name} is required and missing";
        foreach (var (name, member) in members)
            if (properties.TryGetValue(name, out var declared))
            {
                if (Judge(member, declared, $"{at}.{name}", beside, depth + 1) is { } mistake)
                    return mistake;
            }
            else if (properties.Count > 0 && !beside.Contains(name) && s["additionalProperties"] is not JsonObject)
                return $"{at}.{name} is not in the document";
        return null;
    }

    private static string? Kind(JsonObject schema, JsonNode? value, string at)
    {
        if ((string?)(schema["type"] as JsonValue) is not { } type || value is null)
            return null;
        var fits = type switch
        {
            "string" => value.GetValueKind() == System.Text.Json.JsonValueKind.String,
            "integer" or "number" => value.GetValueKind() == System.Text.Json.JsonValueKind.Number,
            "boolean" => value.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
            "array" => value is JsonArray,
            _ => true,
        };
        return !fits ? $"{at} is {value.GetValueKind()} and not {type}"
            : type == "string" && (string?)schema["pattern"] is { } pattern && !Regex.IsMatch((string)value!, pattern)
                ? $"{at} does not fit {pattern}"
            : type == "string" && schema["maxLength"] is { } most
                && ((string)value!).Length > int.Parse(most.ToString(), CultureInfo.InvariantCulture) ? $"{at} is too long"
            : null;
    }

    private Dictionary<string, JsonNode> Properties(JsonObject schema, int depth)
    {
        var found = new Dictionary<string, JsonNode>();
        if (depth < 12)
            foreach (var word in (string[])["allOf", "oneOf", "anyOf"])
                foreach (var part in schema[word]?.AsArray() ?? [])
                    foreach (var (name, value) in Properties(Resolve(part!), depth + 1))
                        found.TryAdd(name, value);
        foreach (var (name, value) in schema["properties"]?.AsObject() ?? [])
            found[name] = value!;
        return found;
    }

    private IEnumerable<string> Required(JsonObject schema, int depth) =>
        (schema["required"] as JsonArray ?? []).Select(r => (string)r!).Concat(depth > 12 ? []
            : (schema["allOf"]?.AsArray() ?? []).SelectMany(p => Required(Resolve(p!), depth + 1)));

    private JsonNode? Merged(JsonObject schema, string member, int depth) =>
        schema[member] ?? (depth > 12 ? null : (schema["allOf"]?.AsArray() ?? []).Select(p =>
            Merged(Resolve(p!), member, depth + 1)).FirstOrDefault(m => m is not null));

    private JsonObject Resolve(JsonNode node)
    {
        while (node is JsonObject o && (string?)(o["$ref"] as JsonValue) is { } pointer)
            node = pointer[2..].Split('/').Aggregate((JsonNode)_root, (at, part) =>
                at[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]!);
        return node as JsonObject ?? [];
    }

    private static bool Fits(string template, string path)
    {
        var (wanted, given) = (template.Trim('/').Split('/'), path.Trim('/').Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(p => p.First.StartsWith('{') || p.First == p.Second);
    }

    // What YAML would guess is guessed as its core schema has it; aliases are followed.
    private static JsonNode? Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Convert(stream.Documents[0].RootNode);
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c =>
            KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Convert(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => plain.Value is null or "" or "null" or "~" ? null
            : plain.Value is "true" or "false" ? JsonValue.Create(plain.Value == "true")
            : long.TryParse(plain.Value, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
                : JsonValue.Create(plain.Value),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };
}
