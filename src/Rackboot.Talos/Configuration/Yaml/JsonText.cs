using System.Globalization;
using System.Text;
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

    /// <summary>A node as JSON.</summary>
    public static string Write(YamlNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, node);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                writer.WriteStartObject();
                foreach (var (key, value) in mapping.Entries)
                {
                    writer.WritePropertyName(key is YamlScalar name ? name.Value : "");
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case YamlSequence sequence:
                writer.WriteStartArray();
                foreach (var item in sequence.Items)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case YamlScalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlScalar scalar)
    {
        if (scalar.Kind == YamlKind.Null)
            writer.WriteNullValue();
        else if (scalar.Kind == YamlKind.Bool && scalar.TryBool(out var word))
            writer.WriteBooleanValue(word);
        else if (scalar.Kind == YamlKind.Int && scalar.TryInteger(out var integer))
            writer.WriteRawValue(integer.ToString(CultureInfo.InvariantCulture));
        else if (scalar.Kind == YamlKind.Float && double.TryParse(scalar.Value, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(scalar.Value);
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
