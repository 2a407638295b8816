using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Metadata;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Api;

/// <summary>Gives every GET answer an ETag of its content, answers 304 to clients that already have it (RFC 9110 §13.1.2), compresses it
/// for clients that accept gzip, and answers HEAD.</summary>
internal sealed class Representations
{
    // Below this size the headers of an encoding cost as much as it saves.
    private const int LeastToCompress = 1024;

    private readonly ConcurrentDictionary<Endpoint, bool> _documents = new();

    /// <summary>Routes HEAD to the endpoint of GET; the server itself omits the body. Runs before routing.</summary>
    public static Task HeadAsync(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsHead(http.Request.Method))
            return next(http);
        http.Request.Method = HttpMethods.Get;
        http.Items[typeof(Representations)] = true;
        return next(http);
    }

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var endpoint = HttpMethods.IsGet(http.Request.Method) ? http.GetEndpoint() : null;
        if (endpoint is null || http.WebSockets.IsWebSocketRequest)
            await next(http).ConfigureAwait(false);
        else if (IsDocument(http, endpoint))
            await AnswerAsync(http, next).ConfigureAwait(false);
        else if (!http.Items.ContainsKey(typeof(Representations)))
            await next(http).ConfigureAwait(false);
        else if (IsEndless(endpoint))
            http.Response.ContentType = "text/event-stream"; // HEAD of a stream that does not end
        else
            await next(http).ConfigureAwait(false);
    }

    private static async Task AnswerAsync(HttpContext http, RequestDelegate next)
    {
        var wire = http.Response.Body;
        using var content = new MemoryStream();
        http.Response.Body = content;
        try
        {
            await next(http).ConfigureAwait(false);
        }
        finally
        {
            http.Response.Body = wire;
        }

        var (headers, body) = (http.Response.Headers, new ReadOnlyMemory<byte>(content.GetBuffer(), 0, (int)content.Length));
        headers.Vary = "Accept-Encoding";
        var compress = body.Length >= LeastToCompress && TakesGzip(http.Request);
        if (http.Response.StatusCode == StatusCodes.Status200OK)
        {
            // The version comes first: If-Match uses only it, because observed members change all the time.
            var version = headers.ETag.ToString().Trim('"');
            var hash = Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 8));
            var tag = version.Length > 0 ? $"{version}.{hash}" : hash;
            headers.ETag = compress ? $"\"{tag}-gzip\"" : $"\"{tag}\"";
            if (Has(http.Request, tag))
            {
                http.Response.StatusCode = StatusCodes.Status304NotModified;
                headers.ContentType = default;
                return;
            }
        }

        if (compress)
        {
            headers.ContentEncoding = "gzip";
            body = Gzip(body.Span);
        }

        http.Response.ContentLength = body.Length;
        await wire.WriteAsync(body, http.RequestAborted).ConfigureAwait(false);
    }

    private bool IsDocument(HttpContext http, Endpoint endpoint) =>
        http.Request.Path == ApiPaths.OpenApi || http.Request.Path == ApiPaths.Metrics
            || _documents.GetOrAdd(endpoint, e => Types(e).Contains("application/json") && !IsEndless(e));

    private static bool IsEndless(Endpoint endpoint) => Types(endpoint).Contains("text/event-stream");

    private static IEnumerable<string> Types(Endpoint endpoint) =>
        endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>().Where(p => p.StatusCode == StatusCodes.Status200OK)
            .SelectMany(p => p.ContentTypes);

    private static bool TakesGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value == "gzip" && e.Quality is null or > 0);

    // RFC 9110 §13.1.2: If-None-Match compares weakly, and * matches any document.
    private static bool Has(HttpRequest request, string tag) => request.GetTypedHeaders().IfNoneMatch.Any(known =>
        known.Tag == "*" || known.Tag.AsSpan().Trim('"') is var text
            && (text.SequenceEqual(tag) || text.EndsWith("-gzip") && text[..^5].SequenceEqual(tag)));

    private static ReadOnlyMemory<byte> Gzip(ReadOnlySpan<byte> body)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body);
        return new ReadOnlyMemory<byte>(compressed.GetBuffer(), 0, (int)compressed.Length);
    }
}
