using System.Text.Json;

namespace Rackboot.Talos;

/// <summary>One message of a machine's kernel log, as Talos sends it for <c>talos.logging.kernel=tcp://host:port</c>: one JSON object a
/// line (siderolabs/talos internal/app/machined/pkg/runtime/logging/sender_jsonlines.go).</summary>
/// <param name="Level"><c>talos-level</c>: <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c>.</param>
/// <param name="Facility"><c>facility</c>: <c>kern</c> for the kernel itself, <c>user</c> or <c>daemon</c> for Talos.</param>
/// <param name="Text"><c>msg</c>.</param>
public sealed record KernelLogMessage(string Level, string Facility, string Text)
{
    private const int MostDepth = 8;

    /// <summary>Reads a line. Any bytes may come: what is not such a message is refused with the reason in
    /// <paramref name="error"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out KernelLogMessage? message, out string? error)
    {
        message = null;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MostDepth });
            error = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? null : "not an object with a \"msg\" member";
            if (error is null && (message = Members(ref reader)) is null)
                error = "not an object with a \"msg\" member";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an escaped surrogate that has no partner.
            error = "not JSON";
        }

        return message is not null;
    }

    // Of a member that is there twice the last one counts.
    private static KernelLogMessage? Members(ref Utf8JsonReader reader)
    {
        string? level = null, facility = null, text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            if (reader.ValueTextEquals("msg"u8))
                text = Line(ref reader);
            else if (reader.ValueTextEquals("talos-level"u8))
                level = Word(ref reader);
            else if (reader.ValueTextEquals("facility"u8))
                facility = Word(ref reader);
            else
                reader.Skip();
        return text is null ? null : new KernelLogMessage(level ?? "info", facility ?? "", text);
    }

    private static string? Line(ref Utf8JsonReader reader) => Next(ref reader) ? reader.GetString() : null;

    // Words that occur in every line are allocated once.
    private static string? Word(ref Utf8JsonReader reader) => !Next(ref reader) ? null
        : reader.ValueSpan.SequenceEqual("info"u8) ? "info"
        : reader.ValueSpan.SequenceEqual("warn"u8) ? "warn"
        : reader.ValueSpan.SequenceEqual("user"u8) ? "user"
        : reader.ValueSpan.SequenceEqual("kern"u8) ? "kern"
        : reader.ValueSpan.SequenceEqual("daemon"u8) ? "daemon"
        : reader.GetString();

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
