using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Core.Clusters;

/// <summary>A patch of machine configurations.</summary>
/// <param name="Text">What Talos reads.</param>
/// <param name="Name">The name of its file, for errors in it; null if it has none.</param>
[JsonConverter(typeof(Stored))]
public sealed record NamedPatch(string Text, string? Name = null)
{
    // Without a name it is stored as its text alone: that is how all are stored that were applied before they had names.
    private sealed class Stored : JsonConverter<NamedPatch>
    {
        public override NamedPatch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String ? new NamedPatch(reader.GetString()!)
            : JsonSerializer.Deserialize<Whole>(ref reader, options) is { Text: { } text, Name: var name } ? new NamedPatch(text, name)
            : throw new JsonException("not a patch");

        public override void Write(Utf8JsonWriter writer, NamedPatch value, JsonSerializerOptions options)
        {
            if (value.Name is null)
                writer.WriteStringValue(value.Text);
            else
                JsonSerializer.Serialize(writer, new Whole(value.Name, value.Text), options);
        }

        private sealed record Whole(string? Name, string? Text);
    }
}
