using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Rackboot.Daemon.Tests.Traces;

/// <summary>A collector of OpenTelemetry that takes traces over HTTP and gRPC.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> _spans = [];
    private WebApplication _server = null!;

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>Everything that arrived, as text.</summary>
    public StringBuilder Bytes { get; } = new();

    public ConcurrentQueue<string?> Logins { get; } = [];

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>What it answers over gRPC.</summary>
    public int GrpcStatus { get; set; }

    /// <summary>Completes when it may answer.</summary>
    public Task May { get; set; } = Task.CompletedTask;

    /// <summary>A request is waiting for <see cref="May"/>.</summary>
    public TaskCompletionSource Asked { get; } = new();

    public Uri Url => new(_server.Urls.Single());

    public static async Task<Collector> StartAsync(bool grpc = false, X509Certificate2? certificate = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1;
            if (certificate is not null)
                listen.UseHttps(certificate);
        }));
        var collector = new Collector { _server = builder.Build() };
        collector._server.MapPost("/v1/traces", http => collector.TakeAsync(http, body => body));
        collector._server.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", collector.CallAsync);
        await collector._server.StartAsync();
        return collector;
    }

    public ReceivedSpan Span(string name) => Assert.Single(Spans, s => s.Name == name);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task CallAsync(HttpContext http)
    {
        http.Response.ContentType = "application/grpc";
        // grpc/grpc doc/PROTOCOL-HTTP2.md: a byte whether it is compressed, four bytes of length.
        await TakeAsync(http, body => body.AsSpan(5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1))).ToArray());
        if (GrpcStatus == 0)
            await http.Response.Body.WriteAsync(new byte[5]);
        http.Response.AppendTrailer("grpc-status", $"{GrpcStatus}");
        if (GrpcStatus != 0)
            http.Response.AppendTrailer("grpc-message", "no%20room");
    }

    private async Task TakeAsync(HttpContext http, Func<byte[], byte[]> message)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Asked.TrySetResult();
        await May;
        Logins.Enqueue(http.Request.Headers.Authorization);
        http.Response.StatusCode = Status;
        lock (Bytes)
            Bytes.Append(Encoding.Latin1.GetString(body.ToArray()));
        if (Status == 200 && GrpcStatus == 0)
            foreach (var span in ReceivedSpan.Read(message(body.ToArray())))
                _spans.Enqueue(span);
    }
}
