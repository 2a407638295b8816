using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Reads an answer to its end, within bounds of size and depth.</summary>
internal sealed class AnswerReader(string host, int maxBytes, int maxDepth, TimeProvider time)
{
    private const int LongestWords = 1000;

    public async Task<RedfishAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = await BytesAsync(response, cancellation).ConfigureAwait(false);
        var body = Parse(response, bytes);
        var etag = Header(response, "ETag") ?? body.Text("@odata.etag");
        return new RedfishAnswer(
            response.StatusCode, body, etag, Location(response), RetryAfter(response), Header(response, "X-Auth-Token"));
    }

    private async Task<ReadOnlyMemory<byte>> BytesAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
            throw TooLarge();
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        // No encoding is asked for (a compressed answer has a weak ETag), yet some services compress what they keep compressed.
        var encoded = response.Content.Headers.ContentEncoding.Contains("gzip");
        await using var plain = encoded ? new GZipStream(stream, CompressionMode.Decompress) : stream;
        using var kept = new MemoryStream((int)Math.Clamp(response.Content.Headers.ContentLength ?? 4096, 256, maxBytes));
        var chunk = new byte[16384];
        int read;
        while ((read = await plain.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0)
        {
            if (kept.Length + read > maxBytes)
                throw TooLarge();
            kept.Write(chunk, 0, read);
        }

        return kept.GetBuffer().AsMemory(0, (int)kept.Length);
    }

    private JsonElement Parse(HttpResponseMessage response, ReadOnlyMemory<byte> bytes)
    {
        var text = bytes.Span;
        if (text.StartsWith("\uFEFF"u8))
            text = text[3..];
        if (text.Trim(" \r\n\t\0"u8).IsEmpty)
            return default;
        try
        {
            return WellFormedJson.Parse(text, maxDepth);
        }
        catch (JsonException e)
        {
            if (!response.IsSuccessStatusCode)
                return Words(text);
            throw new RedfishException(
                RedfishFailure.BadAnswer,
                $"{host}: the answer is not JSON, is truncated, or is nested deeper than {maxDepth} levels (stopped in line "
                    + $"{e.LineNumber + 1}); "
                + "check that this address is a Redfish service, or restart the BMC");
        }
    }

    // Some services explain an error in plain text; a page of the web server says no more than the status.
    private static JsonElement Words(ReadOnlySpan<byte> text) =>
        text.Length > LongestWords || text.Contains((byte)'<')
            ? default
            : JsonElement.Parse(JsonValue.Create(Encoding.UTF8.GetString(text)).ToJsonString());

    private RedfishException TooLarge() => new(
        RedfishFailure.BadAnswer,
        $"{host}: the answer is larger than {maxBytes >> 10} KiB; the rest was not read; "
        + "check that this address is a Redfish service, or update the BMC's firmware");

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString().Trim() is { Length: > 0 } text
            ? text
            : null : null;

    // Where the service put what it made. Some write a host of their own that we do not know them by; only the path counts then. A redirect
    // is left as it is, to be judged.
    private static string? Location(HttpResponseMessage response)
    {
        var location = Header(response, "Location");
        return response.IsSuccessStatusCode && Uri.TryCreate(location, UriKind.Absolute, out var address)
            && !address.IsFile ? address.PathAndQuery : location;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var text = Header(response, "Retry-After"); // RFC 9110 §10.2.3: seconds or a date
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero;
        return null;
    }
}
