using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire;

namespace Rackboot.Talos.Tests.Api;

/// <summary>The client against servers that break the protocol (grpc/grpc doc/PROTOCOL-HTTP2.md).</summary>
public sealed class HostileServerTests
{
    private static readonly byte[] Sound = GrpcFrame.Write(
        new VersionResponse { Messages = { new Talos.Api.Wire.Version { Version_ = new() { Tag = "v1.13.9", Arch = "amd64" } } } });

    public static TheoryData<string, byte[], string?, TalosFailure, string> Bodies => new()
    {
        { "a second message", [.. Sound, .. Sound], "0", TalosFailure.BadAnswer, "more than one message" },
        { "no message", [], "0", TalosFailure.BadAnswer, "OK without a message" },
        { "no status", Sound, null, TalosFailure.BadAnswer, "ended without a status" },
        { "a status that is no number", Sound, "fine", TalosFailure.Failed, "Unknown" },
        { "a status that does not exist", Sound, "4711", TalosFailure.Failed, "Unknown" },
        { "an error after a message", Sound, "9", TalosFailure.NotReady, "broken%41 off" },
        { "a compressed message", HostileServer.Frame(1, 3, 1, 2, 3), "0", TalosFailure.BadAnswer, "compressed" },
        { "a flag that does not exist", HostileServer.Frame(7, 3, 1, 2, 3), "0", TalosFailure.BadAnswer, "not a gRPC frame" },
        { "half a prefix", [0, 0], "0", TalosFailure.BadAnswer, "middle of a frame" },
        { "a cut message", HostileServer.Frame(0, 100, 1, 2, 3), "0", TalosFailure.BadAnswer, "middle of a message" },
        { "a message that is too long", HostileServer.Frame(0, GrpcFrame.MostBytes + 1), "0", TalosFailure.BadAnswer, "longer than" },
        { "4 GiB", HostileServer.Frame(0, uint.MaxValue, 1), "0", TalosFailure.BadAnswer, "longer than" },
        { "no protobuf", HostileServer.Frame(0, 4, 0xFF, 0xFF, 0xFF, 0xFF), "0", TalosFailure.BadAnswer, "not the expected protobuf" },
        { "no nodes", HostileServer.Frame(0, 0), "0", TalosFailure.BadAnswer, "0 nodes answered" },
        { "protobuf without an end", HostileServer.Frame(0, 200, [.. Enumerable.Repeat((byte)0x0B, 200)]), "0", TalosFailure.BadAnswer,
            "not the expected protobuf message" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task What_breaks_the_protocol_is_a_failure_with_its_reason(string what, byte[] body, string? status,
        TalosFailure failure, string words)
    {
        Assert.NotEmpty(what);
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(body);
            if (status is null)
                return;
            context.Response.AppendTrailer("grpc-status", status);
            if (status == "9")
                context.Response.AppendTrailer("grpc-message", "broken%2541 off");
        });
        var failed = await FailsAsync(server.Client);
        Assert.Equal(failure, failed.Failure);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sound_answer_is_read()
    {
        await using var server = await HostileServer.Http2Async(async context =>
        {
            Assert.Equal("trailers", context.Request.Headers.TE);
            Assert.Equal("60000m", context.Request.Headers["grpc-timeout"]);
            Assert.Equal("application/grpc", context.Request.ContentType);
            context.Response.ContentType = "application/grpc+proto";
            // A byte at a time.
            foreach (var b in Sound)
            {
                await context.Response.Body.WriteAsync(new[] { b });
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });
        Assert.Equal(new NodeVersion("v1.13.9", "", "amd64", ""),
            await server.Client.Machine.VersionAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("12", TalosFailure.Unsupported, GrpcCode.Unimplemented)]
    [InlineData("6", TalosFailure.AlreadyDone, GrpcCode.AlreadyExists)]
    [InlineData("7", TalosFailure.PermissionDenied, GrpcCode.PermissionDenied)]
    [InlineData("14", TalosFailure.Unreachable, GrpcCode.Unavailable)]
    [InlineData("4", TalosFailure.TimedOut, GrpcCode.DeadlineExceeded)]
    [InlineData("2", TalosFailure.Failed, GrpcCode.Unknown)]
    public async Task An_answer_of_trailers_alone_has_its_status_among_the_headers(string status, TalosFailure failure, GrpcCode code)
    {
        await using var server = await HostileServer.Http2Async(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = status;
            context.Response.Headers["grpc-message"] = "etcd%20is%20%e2%80%9cbusy%E2%80%9d%zz%0a%07%";
            return Task.CompletedTask;
        });
        var failed = await FailsAsync(server.Client);
        Assert.Equal((failure, code), (failed.Failure, failed.Code));
        Assert.EndsWith("Version: etcd is “busy”%zz\n %", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "text/html", TalosFailure.BadAnswer, "with text/html instead of gRPC")]
    [InlineData(200, null, TalosFailure.BadAnswer, "with no content type instead of gRPC")]
    [InlineData(200, "application/grpcx", TalosFailure.BadAnswer, "with application/grpcx")]
    [InlineData(404, "text/html", TalosFailure.Unsupported, "HTTP status 404")]
    [InlineData(403, "text/plain", TalosFailure.PermissionDenied, "HTTP status 403")]
    [InlineData(503, "text/html", TalosFailure.Unreachable, "HTTP status 503")]
    [InlineData(302, "application/grpc", TalosFailure.BadAnswer, "HTTP status 302")]
    [InlineData(500, "application/json", TalosFailure.BadAnswer, "HTTP status 500")]
    public async Task A_web_page_is_no_answer(int status, string? type, TalosFailure failure, string words)
    {
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = type;
            await context.Response.WriteAsync("<html>hello</html>");
        });
        var failed = await FailsAsync(server.Client);
        Assert.Equal(failure, failed.Failure);
        Assert.Contains(words, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_broken_off_is_unreachable()
    {
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(Sound.AsMemory(0, 8));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        var failed = await FailsAsync(server.Client);
        Assert.True(failed.Failure is TalosFailure.Unreachable or TalosFailure.BadAnswer, failed.ToString());
        Assert.Matches("aborted|lost", failed.Message);
    }

    [Fact]
    public async Task Silence_ends_at_the_deadline()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.FlushAsync();
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        var clock = new HandClock();
        using var client = TalosClient.Connect(
            "127.0.0.1", NodeTrust.FirstUse(), server.Port, TimeSpan.FromSeconds(7), clock);
        var call = client.Machine.VersionAsync(CancellationToken.None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        clock.Ring();
        var failed = await Assert.ThrowsAsync<TalosApiException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(TalosFailure.TimedOut, failed.Failure);
        Assert.EndsWith("Version: no answer within 7 s", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_failure()
    {
        await using var server = await HostileServer.Http2Async(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var cancel = new CancellationTokenSource();
        var call = server.Client.Machine.VersionAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task An_endless_stream_is_read_as_far_as_one_likes_and_its_end_reaches_the_server()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.RequestAborted.Register(() => ended.TrySetResult());
            context.Response.ContentType = "application/grpc";
            var frame = GrpcFrame.Write(new Data { Bytes = ByteString.CopyFrom(new byte[1000]) });
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(frame);
                await context.Response.Body.FlushAsync();
            }
        });
        var read = 0;
        await foreach (var piece in server.Client.Machine.KernelLogAsync(follow: true, tail: false, TestContext.Current.CancellationToken))
            if (piece.Length == 1000 && ++read == 50)
                break;
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(50, read);
    }

    [Fact]
    public async Task An_endless_kubeconfig_and_an_archive_that_is_none_are_refused()
    {
        foreach (var (size, words) in ((int, string)[])[(5 << 20, "longer than 4 MiB"), (1000, "cannot be read")])
        {
            await using var server = await HostileServer.Http2Async(async context =>
            {
                context.Response.ContentType = "application/grpc";
                await context.Response.Body.WriteAsync(GrpcFrame.Write(new Data { Bytes = ByteString.CopyFrom(new byte[size]) }));
                context.Response.AppendTrailer("grpc-status", "0");
            });
            var failed = await Assert.ThrowsAsync<TalosApiException>(
                () => server.Client.Machine.KubeconfigAsync(TestContext.Current.CancellationToken));
            Assert.Equal(TalosFailure.BadAnswer, failed.Failure);
            Assert.Contains(words, failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_damaged_snapshot_is_noticed()
    {
        byte[] sound = [1, 2, 3, .. System.Security.Cryptography.SHA256.HashData([1, 2, 3])];
        foreach (var damaged in (byte[][])[[], sound[..20], sound[..^1], [9, .. sound[1..]]])
        {
            await using var server = await SnapshotAsync(damaged);
            var failed = await Assert.ThrowsAsync<TalosApiException>(() =>
                server.Client.Etcd.SnapshotAsync(Stream.Null, CancellationToken.None));
            Assert.Contains("truncated or damaged", failed.Message, StringComparison.Ordinal);
        }

        await using var whole = await SnapshotAsync(sound);
        Assert.Equal(35, await whole.Client.Etcd.SnapshotAsync(Stream.Null, CancellationToken.None));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", true, TalosFailure.BadAnswer)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", false, TalosFailure.Untrusted)]
    [InlineData("", true, TalosFailure.Untrusted)]
    [InlineData("", false, TalosFailure.Unreachable)]
    public async Task Another_service_in_the_nodes_place_is_told_apart(string bytes, bool tls, TalosFailure failure)
    {
        await using var server = HostileServer.Raw(Encoding.ASCII.GetBytes(bytes), tls);
        var failed = await FailsAsync(server.Client);
        Assert.True(failure == failed.Failure, failed.ToString());
    }

    // Rare with sockets: what is sent after the handshake meets a closed connection before the node's alert is read.
    [Theory]
    [InlineData(SocketError.Shutdown, HttpRequestError.Unknown, false, TalosFailure.Untrusted)]
    [InlineData(SocketError.ConnectionReset, HttpRequestError.Unknown, false, TalosFailure.Untrusted)]
    [InlineData(SocketError.Shutdown, HttpRequestError.Unknown, true, TalosFailure.Unreachable)]
    [InlineData(SocketError.TimedOut, HttpRequestError.Unknown, false, TalosFailure.Unreachable)]
    [InlineData(SocketError.ConnectionReset, HttpRequestError.ConnectionError, false, TalosFailure.Unreachable)]
    [InlineData(SocketError.ConnectionReset, HttpRequestError.SecureConnectionError, false, TalosFailure.Unreachable)]
    public async Task A_node_that_hangs_up_after_the_handshake_and_sent_nothing_rejects_us(
        SocketError error, HttpRequestError at, bool heard, TalosFailure failure)
    {
        using var channel = new GrpcChannel(new Uri("https://10.20.0.11:50000/"), new CutConnection(at, error), TimeProvider.System,
            heard: () => heard);
        var failed = await Assert.ThrowsAsync<TalosApiException>(() => channel.UnaryAsync(
            "/machine.MachineService/Version", new Empty(), VersionResponse.Parser, new CallOptions(null), CancellationToken.None));
        Assert.True(failure == failed.Failure, failed.ToString());
    }

    [Fact]
    public async Task Random_bytes_in_the_place_of_HTTP_2_are_a_failure()
    {
        var random = new Random(50000);
        for (var i = 0; i < 100; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            await using var server = HostileServer.Raw(i % 2 == 0 ? bytes : [0, 0, 0, 4, 0, 0, 0, 0, 0, .. bytes]);
            Assert.NotEqual(TalosFailure.Failed, (await FailsAsync(server.Client)).Failure);
        }
    }

    [Fact]
    public async Task Random_answers_are_a_failure_or_an_answer()
    {
        var random = new Random(1313);
        byte[] body = [];
        await using var server = await HostileServer.Http2Async(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(body);
            context.Response.AppendTrailer("grpc-status", "0");
        });
        for (var i = 0; i < 300; i++)
        {
            body = Sound.ToArray();
            for (var n = random.Next(1, 5); n > 0; n--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            try
            {
                await server.Client.Machine.VersionAsync(CancellationToken.None);
            }
            catch (TalosApiException e)
            {
                Assert.Equal(TalosFailure.BadAnswer, e.Failure == TalosFailure.Failed ? TalosFailure.BadAnswer : e.Failure);
            }
        }
    }

    [Fact]
    public async Task Nothing_that_listens_is_unreachable_with_its_reason()
    {
        using var client = TalosClient.Connect("127.0.0.1", NodeTrust.FirstUse(), 1);
        var failed = await FailsAsync(client);
        Assert.Equal(TalosFailure.Unreachable, failed.Failure);
        Assert.EndsWith("nothing is listening there (connection refused)", failed.Message, StringComparison.Ordinal);
    }

    private static Task<HostileServer> SnapshotAsync(byte[] bytes) => HostileServer.Http2Async(async context =>
    {
        context.Response.ContentType = "application/grpc";
        foreach (var chunk in bytes.Chunk(7))
            await context.Response.Body.WriteAsync(GrpcFrame.Write(new Data { Bytes = ByteString.CopyFrom(chunk) }));
        context.Response.AppendTrailer("grpc-status", "0");
    });

    private static Task<TalosApiException> FailsAsync(TalosClient client) =>
        Assert.ThrowsAsync<TalosApiException>(() =>
            client.Machine.VersionAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));

    private sealed class CutConnection(HttpRequestError at, SocketError error) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException(
                at, "cut", new IOException("aborted", new IOException("write", new SocketException((int)error))));
    }

    /// <summary>A clock whose timers fire when they are told to.</summary>
    private sealed class HandClock : TimeProvider
    {
        private Action? _ring;

        public void Ring() => _ring?.Invoke();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _ring += () => callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
