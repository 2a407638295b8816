using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Core.Storage;

/// <summary>How documents are written in the store.</summary>
public static class StoreJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new AddressConverter() },
    };

    public static byte[] Write<T>(T document) => JsonSerializer.SerializeToUtf8Bytes(document, Options);

    public static T Read<T>(StoredDocument document)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(document.Body.Span, Options)
                ?? throw new InvalidDataException($"{typeof(T).Name} {document.Key} is stored as null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{typeof(T).Name} {document.Key} cannot be read from the store: {e.Message}", e);
        }
    }

    private sealed class AddressConverter : JsonConverter<IPAddress>
    {
        public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an IP address");

        public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
