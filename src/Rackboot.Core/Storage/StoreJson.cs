using System.Net;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;

namespace Rackboot.Core.Storage;

/// <summary>How documents are written in the store.</summary>
public static class StoreJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new AddressConverter(), new MachineIdConverter(),
            new LeaseConverter(),
        },
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
            throw new InvalidDataException($"reading {typeof(T).Name} {document.Key} from the store failed: {e.Message}", e);
        }
    }

    /// <summary>Reads many documents on all cores: most of a start is reading JSON.</summary>
    public static (StoredDocument Stored, T Document)[] ReadAll<T>(IReadOnlyList<StoredDocument> documents)
    {
        var read = new (StoredDocument, T)[documents.Count];
        try
        {
            Parallel.For(0, read.Length, i => read[i] = (documents[i], Read<T>(documents[i])));
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }

        return read;
    }

    private sealed class AddressConverter : JsonConverter<IPAddress>
    {
        public override IPAddress? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            IPAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("not an IP address");

        public override void Write(Utf8JsonWriter writer, IPAddress value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    // A group of its one member, as records are written; as the key of a dictionary the id alone.
    private sealed class MachineIdConverter : JsonConverter<MachineId>
    {
        public override MachineId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<Whole>(ref reader, options) is { Value: { } value }
                ? new MachineId(value)
                : throw new JsonException("not a machine id");

        public override void Write(Utf8JsonWriter writer, MachineId value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Whole(value.Value), options);

        public override MachineId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString()!);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, MachineId value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.Value);

        private sealed record Whole(string? Value);
    }
}
