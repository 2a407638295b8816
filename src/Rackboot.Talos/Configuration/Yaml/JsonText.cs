using System.Text.Json;

namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>Reads JSON into YAML nodes. Not all JSON is valid YAML: JSON allows tabs as indentation.</summary>
internal static class JsonText
{
    /// <summary>Reads a JSON text; null if it is invalid.</summary>
    public static YamlNode? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 100 });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static YamlNode Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var mapping = new YamlMapping();
                foreach (var property in element.EnumerateObject())
                    mapping.Add(property.Name, Read(property.Value));
                return mapping;
            case JsonValueKind.Array:
                var sequence = new YamlSequence();
                sequence.Items.AddRange(element.EnumerateArray().Select(Read));
                return sequence;
            case JsonValueKind.String:
                return YamlScalar.Text(element.GetString()!);
            default:
                return YamlScalar.Of(element.GetRawText());
        }
    }
}
