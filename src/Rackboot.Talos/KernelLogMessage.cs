using System.Text.Json;

namespace Rackboot.Talos;

/// <summary>One message of a machine's kernel log, as Talos sends it for <c>talos.logging.kernel=tcp://host:port</c>: one JSON object a
/// line (siderolabs/talos internal/app/machined/pkg/runtime/logging/sender_jsonlines.go).</summary>
/// <param name="Level"><c>talos-level</c>: <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c>.</param>
/// <param name="Facility"><c>facility</c>: <c>kern</c> for the kernel itself, <c>user</c> or <c>daemon</c> for Talos.</param>
/// <param name="Characters"><c>msg</c>, which may be in a buffer that is used again: most lines are looked at and not kept.</param>
public readonly record struct KernelLogMessage(string Level, string Facility, ReadOnlyMemory<char> Characters)
{
    private const int MostDepth = 8;

    public KernelLogMessage(string level, string facility, string text)
        : this(level, facility, text.AsMemory())
    {
    }

    /// <summary><c>msg</c>, as a string of its own.</summary>
    public string Text => Characters.ToString();

    /// <summary>Reads a line. Any bytes may come: what is not such a message is refused with the reason in
    /// <paramref name="error"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out KernelLogMessage message, out string? error) =>
        TryParse(line, new char[line.Length], out message, out error);

    /// <summary>Reads a line.</summary>
    /// <param name="room">For <see cref="Characters"/>; as many characters as the line has bytes are enough.</param>
    internal static bool TryParse(ReadOnlySpan<byte> line, Memory<char> room, out KernelLogMessage message, out string? error)
    {
        if (PlainLogLine.Read(line, room) is not { } plain)
            return TryParseJson(line, room, out message, out error);
        (message, error) = (plain, null);
        return true;
    }

    /// <summary>Reads a line of any form.</summary>
    internal static bool TryParseJson(ReadOnlySpan<byte> line, Memory<char> room, out KernelLogMessage message, out string? error)
    {
        message = default;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MostDepth });
            var found = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Members(ref reader, room) : null;
            error = found is null ? "not an object with a \"msg\" member" : null;
            message = found ?? default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an escaped surrogate that has no partner.
            error = "not JSON";
        }

        return error is null;
    }

    // Of a member that is there twice the last one counts.
    private static KernelLogMessage? Members(ref Utf8JsonReader reader, Memory<char> room)
    {
        string? level = null, facility = null;
        int? length = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            if (reader.ValueTextEquals("msg"u8))
                length = Next(ref reader) ? reader.CopyString(room.Span) : null;
            else if (reader.ValueTextEquals("talos-level"u8))
                level = Word(ref reader);
            else if (reader.ValueTextEquals("facility"u8))
                facility = Word(ref reader);
            else
                reader.Skip();
        return length is { } characters ? new KernelLogMessage(level ?? "info", facility ?? "", room[..characters]) : null;
    }

    /// <summary>Words that occur in every line are allocated once; null for another one.</summary>
    internal static string? Known(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("info"u8) ? "info"
        : text.SequenceEqual("warn"u8) ? "warn"
        : text.SequenceEqual("user"u8) ? "user"
        : text.SequenceEqual("kern"u8) ? "kern"
        : text.SequenceEqual("daemon"u8) ? "daemon"
        : null;

    private static string? Word(ref Utf8JsonReader reader) => Next(ref reader) ? Known(reader.ValueSpan) ?? reader.GetString() : null;

    // Whether the value is a string; another one is passed over.
    private static bool Next(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
            return true;
        reader.Skip();
        return false;
    }
}
