using System.Text;
using Google.Protobuf;

namespace Rackboot.Daemon.Tests.Traces;

/// <summary>A span as a collector reads it off the wire: open-telemetry/opentelemetry-proto, trace.proto v1.</summary>
internal sealed record ReceivedSpan(
    string Trace, string Id, string Parent, string Name, DateTimeOffset Start, DateTimeOffset End,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<(DateTimeOffset At, string Name, IReadOnlyDictionary<string, string> Attributes)> Events, ulong Status, string Error,
    IReadOnlyDictionary<string, string> Resource)
{
    public const ulong StatusError = 2;

    public double Seconds => (End - Start).TotalSeconds;

    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resourceSpans in Many(request, 1)
        let resource = Pairs(Many(resourceSpans, 1).Single(), 1)
        from scopeSpans in Many(resourceSpans, 2)
        from span in Many(scopeSpans, 2)
        select Span(span, resource);

    private static ReceivedSpan Span(byte[] span, IReadOnlyDictionary<string, string> resource)
    {
        var status = Many(span, 15).LastOrDefault() ?? [];
        return new ReceivedSpan(
            Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), Time(span, 7), Time(span, 8), Pairs(span, 9),
            [.. Many(span, 11).Select(e => (Time(e, 1), Text(e, 2), Pairs(e, 3)))], Number(status, 3), Text(status, 2), resource);
    }

    private static Dictionary<string, string> Pairs(byte[] message, int field) =>
        Many(message, field).ToDictionary(pair => Text(pair, 1), pair => Value(Many(pair, 2).Single()));

    // AnyValue: string_value = 1, int_value = 3.
    private static string Value(byte[] value) =>
        Fields(value).Single() is (1, byte[] text) ? Encoding.UTF8.GetString(text) : $"{Number(value, 3)}";

    private static IEnumerable<byte[]> Many(byte[] message, int field) =>
        Fields(message).Where(f => f.Number == field).Select(f => (byte[])f.Value);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Many(message, field).LastOrDefault() ?? []);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Many(message, field).LastOrDefault() ?? []);

    private static ulong Number(byte[] message, int field) =>
        Fields(message).Where(f => f.Number == field).Select(f => (ulong)f.Value).LastOrDefault();

    private static DateTimeOffset Time(byte[] message, int field) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(Number(message, field) / 100));

    private static IEnumerable<(int Number, object Value)> Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
            yield return ((int)(tag >> 3), WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => input.ReadUInt64(),
                WireFormat.WireType.Fixed64 => input.ReadFixed64(),
                WireFormat.WireType.Fixed32 => (ulong)input.ReadFixed32(),
                _ => input.ReadBytes().ToByteArray(),
            });
    }
}
