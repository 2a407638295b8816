using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Rackboot.Tests.Shared;

/// <summary>A web server of the bad kind: it has files with ranges and versions, and does beside that what a test tells it.</summary>
internal sealed class FlakyServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();

    private FlakyServer(WebApplication app) => _app = app;

    /// <summary>Files by path, <c>/image/…</c>.</summary>
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    /// <summary>What to do in place of answering, the first first; each once.</summary>
    public ConcurrentQueue<Func<HttpContext, Task>> Faults { get; } = new();

    /// <summary>The version of all files.</summary>
    public string ETag { get; set; } = "\"one\"";

    /// <summary>Whether files have versions and parts at all.</summary>
    public bool Ranges { get; set; } = true;

    /// <summary>Held back until it is set.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    /// <summary>What was asked for: <c>GET /a</c>, <c>GET /a bytes=5-</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<FlakyServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new FlakyServer(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.First());
        return server;
    }

    /// <summary>Sends the beginning of a file, announced whole, and breaks the connection.</summary>
    public Func<HttpContext, Task> CutAfter(int bytes) => async http =>
    {
        var content = Files[http.Request.Path];
        var from = RangeFrom(http) ?? 0;
        Head(http, content, from);
        await http.Response.Body.WriteAsync(content.AsMemory(from, bytes));
        await http.Response.Body.FlushAsync();
        http.Abort();
    };

    public static Func<HttpContext, Task> Status(int status, string type = "text/plain", string body = "out of order") => http =>
    {
        (http.Response.StatusCode, http.Response.ContentType) = (status, type);
        return http.Response.WriteAsync(body);
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var range = http.Request.Headers.Range.ToString();
        _requests.Enqueue($"{http.Request.Method} {http.Request.Path} {range}".TrimEnd());
        if (Faults.TryDequeue(out var fault))
        {
            await fault(http);
            return;
        }

        await Gate.WaitAsync(http.RequestAborted);
        if (!Files.TryGetValue(http.Request.Path, out var content))
        {
            await Status(404, body: "not found")(http);
            return;
        }

        var from = RangeFrom(http) ?? 0;
        Head(http, content, from);
        await http.Response.Body.WriteAsync(content.AsMemory(from));
    }

    // RFC 9110 §13.1.5: a range of another version is the whole file.
    private int? RangeFrom(HttpContext http)
    {
        var condition = http.Request.Headers.IfRange.ToString();
        var range = http.Request.Headers.Range.ToString();
        return Ranges && range.StartsWith("bytes=", StringComparison.Ordinal) && (condition.Length == 0 || condition == ETag)
            ? int.Parse(range[6..^1]) : null;
    }

    private void Head(HttpContext http, byte[] content, int from)
    {
        http.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        if (Ranges)
            http.Response.Headers.ETag = ETag;
        http.Response.ContentType = "application/octet-stream";
        http.Response.ContentLength = content.Length - from;
        if (from == 0)
            return;
        http.Response.StatusCode = 206;
        http.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
    }
}
