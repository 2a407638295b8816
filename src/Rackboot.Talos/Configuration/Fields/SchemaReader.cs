using System.Text.Json;

namespace Rackboot.Talos.Configuration.Fields;

/// <summary>
/// Reads the kinds from the JSON schema of a Talos release, so that operators can use newer kinds before Rackboot knows them. What
/// the schema leaves open follows Talos's usual rules: lists append, zero values are omitted, texts have any notation.
/// </summary>
public sealed class SchemaReader
{
    private const string Definitions = "#/$defs/";
    private static readonly FieldType Text = new(TypeShape.Scalar, "string", scalar: ScalarType.String);
    private static readonly FieldType Integer = new(TypeShape.Pointer, "*int",
        new FieldType(TypeShape.Scalar, "int", scalar: ScalarType.Int));
    private static readonly FieldType Boolean = new(TypeShape.Pointer, "*bool",
        new FieldType(TypeShape.Scalar, "bool", scalar: ScalarType.Bool));
    private static readonly FieldType Anything = new(TypeShape.Any, "any");

    private readonly JsonElement _definitions;
    private readonly Dictionary<string, FieldType> _types = [];

    private SchemaReader(JsonElement definitions) => _definitions = definitions;

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The schema.</param>
    /// <param name="kinds">The document kinds in it, except the one without a kind.</param>
    /// <param name="error">Why it is not a Talos schema.</param>
    public static bool TryRead(string json, out IReadOnlyList<DocumentKind> kinds, out string? error)
    {
        (kinds, error) = ([], null);
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("$defs", out var definitions)
                || definitions.ValueKind != JsonValueKind.Object)
            {
                error = "not a JSON schema of Talos machine configurations: it has no $defs";
                return false;
            }

            kinds = [.. new SchemaReader(definitions).Kinds()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = e is JsonException ? $"not valid JSON: {e.Message}" : "not a JSON schema of Talos machine configurations";
            return false;
        }

        error = kinds.Count == 0 ? "this schema has no document kinds" : null;
        return error is null;
    }

    private IEnumerable<DocumentKind> Kinds()
    {
        foreach (var definition in _definitions.EnumerateObject())
        {
            if (definition.Value.TryGetProperty("properties", out var properties) && properties.TryGetProperty("kind", out var kind)
                && properties.TryGetProperty("apiVersion", out _) && kind.TryGetProperty("enum", out var names)
                    && names.GetArrayLength() > 0)
                yield return new DocumentKind(names[0].GetString()!, Definition(definition.Name), TalosRelease.Oldest);
        }
    }

    private FieldType Definition(string name)
    {
        if (_types.TryGetValue(name, out var known))
            return known;
        if (!_definitions.TryGetProperty(name, out var schema) || !schema.TryGetProperty("properties", out var properties))
            return Anything;
        var type = new FieldType(TypeShape.Struct, name);
        _types.Add(name, type);
        type.Fields = [.. properties.EnumerateObject().Where(p => p.Name is not ("apiVersion" or "kind"))
            .Select(p => new Field(p.Name, Type(p.Value)) { OmitEmpty = true })];
        return type;
    }

    private FieldType Type(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out var reference) && reference.GetString() is { } target
            && target.StartsWith(Definitions, StringComparison.Ordinal))
            return Definition(target[Definitions.Length..]) is { Shape: TypeShape.Struct } type
                ? new FieldType(TypeShape.Pointer, "*" + type.Name, type) : Anything;
        if (schema.TryGetProperty("enum", out var words) && words.EnumerateArray().All(w => w.ValueKind == JsonValueKind.String))
            return new FieldType(TypeShape.Scalar, "enum",
                scalar: ScalarType.Enum)
            { Words = ["", .. words.EnumerateArray().Select(w => w.GetString()!)] };
        return (schema.TryGetProperty("type", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null) switch
        {
            "string" => Text,
            "integer" => Integer,
            "boolean" => Boolean,
            "array" => new FieldType(TypeShape.List, "list", schema.TryGetProperty("items", out var items) ? Type(items) : Anything),
            "object" => Map(schema),
            _ => Anything,
        };
    }

    private FieldType Map(JsonElement schema)
    {
        if (schema.TryGetProperty("patternProperties", out var patterns))
        {
            foreach (var pattern in patterns.EnumerateObject())
                return new FieldType(TypeShape.Map, "map", Type(pattern.Value));
        }

        return new FieldType(TypeShape.Free, "free");
    }
}
