using System.Text.Json;

namespace Rackboot.Talos;

/// <summary>One message of a machine's kernel log, as Talos sends it for <c>talos.logging.kernel=tcp://host:port</c>: one JSON object a
/// line (siderolabs/talos internal/app/machined/pkg/runtime/logging/sender_jsonlines.go).</summary>
/// <param name="Time"><c>talos-time</c>; null if absent or unreadable.</param>
/// <param name="Level"><c>talos-level</c>: <c>debug</c>, <c>info</c>, <c>warn</c>, <c>error</c>.</param>
/// <param name="Facility"><c>facility</c>: <c>kern</c> for the kernel itself, <c>user</c> or <c>daemon</c> for Talos.</param>
/// <param name="Text"><c>msg</c>.</param>
public sealed record KernelLogMessage(DateTimeOffset? Time, string Level, string Facility, string Text)
{
    /// <summary>Reads a line. Accepts any bytes; if they are not such a message, returns false with the reason in
    /// <paramref name="error"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out KernelLogMessage? message, out string? error)
    {
        message = null;
        error = null;
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 8 });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Member(root, "msg") is not { } text)
            {
                error = "not an object with a \"msg\" member";
                return false;
            }

            message = new KernelLogMessage(
                root.TryGetProperty("talos-time", out var time) && time.ValueKind == JsonValueKind.String
                    && time.TryGetDateTimeOffset(out var at) ? at : null,
                Member(root, "talos-level") ?? "info",
                Member(root, "facility") ?? "",
                text);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with an escaped lone surrogate.
            error = "not JSON";
            return false;
        }
    }

    private static string? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
