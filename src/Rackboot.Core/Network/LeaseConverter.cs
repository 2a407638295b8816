using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases as JSON, as the serializer would write them by itself, in half of its time: a start reads a million, and a hall writes
/// tens of thousands a second.</summary>
internal sealed class LeaseConverter : JsonConverter<Lease>
{
    private static readonly JsonEncodedText Address = JsonEncodedText.Encode("address"), State = JsonEncodedText.Encode("state"),
        Holder = JsonEncodedText.Encode("holder"), HardwareAddress = JsonEncodedText.Encode("hardwareAddress"),
        ClientIdentifier = JsonEncodedText.Encode("clientIdentifier"), HostName = JsonEncodedText.Encode("hostName"),
        Subnet = JsonEncodedText.Encode("subnet"), Since = JsonEncodedText.Encode("since"), Expires = JsonEncodedText.Encode("expires");

    private static readonly (LeaseState State, JsonEncodedText Name)[] States =
        [.. Enum.GetValues<LeaseState>().Select(s => (s, JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(s.ToString()))))];

    private volatile string _subnet = ""; // the last one that was read, by any thread: there are few

    public override Lease Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        IPAddress? address = null;
        LeaseState? state = null;
        string? holder = null, hardware = null, host = null, subnet = null;
        ReadOnlyMemory<byte> client = default;
        DateTimeOffset? since = null, expires = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref reader, Address))
                address = ReadAddress(ref reader);
            else if (Is(ref reader, State))
                state = ReadState(ref reader);
            else if (Is(ref reader, Holder))
                holder = reader.GetString();
            else if (Is(ref reader, HardwareAddress))
                hardware = reader.GetString();
            else if (Is(ref reader, ClientIdentifier))
                client = reader.ValueSpan.IsEmpty ? default : reader.GetBytesFromBase64();
            else if (Is(ref reader, HostName))
                host = reader.GetString();
            else if (Is(ref reader, Subnet))
                subnet = ReadSubnet(ref reader);
            else if (Is(ref reader, Since))
                since = reader.GetDateTimeOffset();
            else if (Is(ref reader, Expires))
                expires = reader.GetDateTimeOffset();
            else
                reader.Skip();
        }

        return new Lease
        {
            Address = address ?? throw Lacks(Address),
            State = state ?? throw Lacks(State),
            Holder = holder ?? throw Lacks(Holder),
            HardwareAddress = hardware ?? throw Lacks(HardwareAddress),
            ClientIdentifier = client,
            HostName = host,
            Subnet = subnet ?? throw Lacks(Subnet),
            Since = since ?? throw Lacks(Since),
            Expires = expires ?? throw Lacks(Expires),
        };
    }

    public override void Write(Utf8JsonWriter writer, Lease value, JsonSerializerOptions options)
    {
        Span<byte> address = stackalloc byte[64];
        value.Address.TryFormat(address, out var length);
        writer.WriteStartObject();
        writer.WriteString(Address, address[..length]);
        foreach (var (state, name) in States)
            if (state == value.State)
                writer.WriteString(State, name);
        writer.WriteString(Holder, value.Holder);
        writer.WriteString(HardwareAddress, value.HardwareAddress);
        writer.WriteBase64String(ClientIdentifier, value.ClientIdentifier.Span);
        if (value.HostName is not null)
            writer.WriteString(HostName, value.HostName);
        writer.WriteString(Subnet, value.Subnet);
        writer.WriteString(Since, value.Since);
        writer.WriteString(Expires, value.Expires);
        writer.WriteEndObject();
    }

    // Whether it is this property, whose value is read next then.
    private static bool Is(ref Utf8JsonReader reader, JsonEncodedText name) =>
        reader.ValueTextEquals(name.EncodedUtf8Bytes) && reader.Read();

    private static IPAddress ReadAddress(ref Utf8JsonReader reader) =>
        reader is { TokenType: JsonTokenType.String, ValueIsEscaped: false } && IPAddress.TryParse(reader.ValueSpan, out var address)
            ? address
            : throw new JsonException("not an IP address");

    private static LeaseState ReadState(ref Utf8JsonReader reader)
    {
        foreach (var (state, name) in States)
            if (reader.ValueTextEquals(name.EncodedUtf8Bytes))
                return state;
        throw new JsonException("not the state of a lease");
    }

    private string ReadSubnet(ref Utf8JsonReader reader)
    {
        var last = _subnet;
        return reader.ValueTextEquals(last) ? last : _subnet = reader.GetString()!;
    }

    private static JsonException Lacks(JsonEncodedText name) => new($"a lease lacks {name}");
}
