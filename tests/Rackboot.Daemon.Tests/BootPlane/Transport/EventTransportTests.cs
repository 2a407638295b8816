using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Tests.BootPlane.Transport;

/// <summary>A web server on event loops of its own: what it sends arrives whole and in order, whoever asks, however, and whoever
/// leaves.</summary>
public sealed class EventTransportTests : IAsyncLifetime
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rb-events-");
    private readonly WebApplication _app;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Uri _server = new("http://127.0.0.1/");

    public EventTransportTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new ConnectionPlaces(1000, 1000, _ => false, () => { }));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1);
            kestrel.Limits.MinResponseDataRate = new MinDataRate(240, Grace);
        });
        _app = builder.Build();
        _app.MapMethods("/text", ["GET"], () => "some text");
        _app.MapMethods("/later", ["GET"], async () =>
        {
            await Task.Delay(1);
            return "a text that took its time";
        });
        _app.MapMethods("/length", ["POST"], async (HttpContext http) =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            return $"{body.Length}";
        });
        _app.MapMethods("/never", ["GET"], async (HttpContext http) =>
        {
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _left.TrySetResult();
        });
        _app.MapMethods("/thread", ["GET"], () => Thread.CurrentThread.Name);
        _app.MapMethods("/file/{name}", ["GET", "HEAD"], (HttpContext http, string name) => Serve(http, name, cut: false));
        _app.MapMethods("/cut/{name}", ["GET"], (HttpContext http, string name) => Serve(http, name, cut: true));
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _server = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Files_texts_and_ranges_follow_one_another_on_one_connection()
    {
        var small = Write("small", 10);
        var large = Write("large", 3_000_001);
        Write("empty", 0);
        using var http = Client();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(small, await http.GetByteArrayAsync("/file/small"));
            Assert.Equal("some text", await http.GetStringAsync("/text"));
            Assert.Equal(large, await http.GetByteArrayAsync("/file/large"));
            Assert.Equal("a text that took its time", await http.GetStringAsync("/later"));
            Assert.Empty(await http.GetByteArrayAsync("/file/empty"));
            using var part = new HttpRequestMessage(HttpMethod.Get, "/file/large") { Headers = { Range = new(5, 700_004) } };
            using var answer = await http.SendAsync(part);
            Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
            Assert.Equal(large[5..700_005], await answer.Content.ReadAsByteArrayAsync());
            using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/file/large"));
            Assert.Equal(3_000_001, head.Content.Headers.ContentLength);
        }
    }

    [Fact]
    public async Task Requests_sent_in_one_go_are_answered_in_their_order()
    {
        var large = Write("large", 400_000);
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes("GET /text HTTP/1.1\r\nHost: x\r\n\r\nGET /file/large HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        var bytes = all.ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        var body = text.IndexOf(Encoding.Latin1.GetString(large), StringComparison.Ordinal);
        Assert.True(body > text.IndexOf("some text", StringComparison.Ordinal));
        Assert.True(text.LastIndexOf("some text", StringComparison.Ordinal) > body + large.Length);
    }

    [Fact]
    public async Task A_request_may_come_a_byte_at_a_time()
    {
        using var client = await ConnectAsync();
        client.NoDelay = true;
        foreach (var letter in "GET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray())
            await client.GetStream().WriteAsync(new[] { letter });
        Assert.Contains("some text", await new StreamReader(client.GetStream()).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_larger_than_what_is_kept_unread_arrive_whole()
    {
        using var http = Client();
        using var answer = await http.PostAsync("/length", new ByteArrayContent(new byte[1_234_567]));
        Assert.Equal("1234567", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_client_that_reads_slowly_gets_the_whole_file()
    {
        var large = Write("large", 8_000_000);
        using var client = await ConnectAsync(receiveBuffer: 4096);
        await client.GetStream().WriteAsync("GET /file/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var all = new MemoryStream();
        await client.GetStream().CopyToAsync(all, 1000);
        Assert.Equal(large, all.ToArray()[^large.Length..]);
    }

    [Fact]
    public async Task A_file_may_take_longer_than_a_client_may_be_silent()
    {
        var large = Write("large", 12_000_000);
        using var client = await ConnectAsync(receiveBuffer: 4096);
        await client.GetStream().WriteAsync("GET /file/large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        using var pace = new PeriodicTimer(Grace / 100);
        for (int read; (read = await client.GetStream().ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false)) > 0; all.Write(
            buffer, 0, read))
            await pace.WaitForNextTickAsync();
        Assert.Equal(large, all.ToArray()[^large.Length..]);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_any_more_is_let_go()
    {
        Write("huge", 50_000_000);
        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync("GET /file/huge HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await _left.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Three_hundred_clients_at_once_share_a_few_threads()
    {
        var file = Write("file", 200_000);
        var clients = Enumerable.Range(0, 300).Select(_ => Client()).ToList();
        await Parallel.ForEachAsync(clients, async (http, cancel) =>
        {
            Assert.Equal(file, await http.GetByteArrayAsync("/file/file", cancel));
            Assert.Equal("some text", await http.GetStringAsync("/text", cancel));
        });
        var threads = await Task.WhenAll(clients.Select(http => http.GetStringAsync("/thread"))); // each on the connection that it has
        Assert.All(threads, name => Assert.StartsWith("boot http ", name, StringComparison.Ordinal));
        Assert.InRange(threads.Distinct().Count(), 1, 8);
        clients.ForEach(http => http.Dispose());
    }

    [Fact]
    public async Task Clients_that_leave_in_mid_file_take_nothing_with_them()
    {
        Write("huge", 50_000_000);
        for (var i = 0; i < 20; i++)
        {
            using var client = await ConnectAsync();
            await client.GetStream().WriteAsync("GET /file/huge HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            Assert.True(await client.GetStream().ReadAsync(new byte[1000]) > 0);
            client.LingerState = new LingerOption(i % 2 == 0, 0);
        }

        using var http = Client();
        Assert.Equal(50_000_000, (await http.GetByteArrayAsync("/file/huge")).Length);
    }

    [Fact]
    public async Task A_request_is_told_that_its_client_has_left()
    {
        using (var client = await ConnectAsync())
            await client.GetStream().WriteAsync("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await _left.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    // RFC 9112 §9.6: a client may send its half's end right after its request.
    [Theory]
    [InlineData("/text", "some text")]
    [InlineData("/later", "a text that took its time")]
    [InlineData("/file/large", "the last bytes")]
    public async Task A_client_that_closes_its_half_after_the_request_gets_the_whole_answer(string path, string end)
    {
        var large = Write("large", 3_000_001);
        "the last bytes"u8.CopyTo(large.AsSpan(^"the last bytes".Length..));
        await File.WriteAllBytesAsync(Path.Combine(_folder.FullName, "large"), large);
        for (var i = 0; i < 40; i++)
        {
            var answer = await AnswerAndEndAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
            Assert.EndsWith(end, answer.TrimEnd('\r', '\n', '0'), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_sent_in_one_go_with_the_end_after_them_are_all_answered()
    {
        var answers = await AnswerAndEndAsync("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /text HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.True(answers.IndexOf("some text", StringComparison.Ordinal) > answers.IndexOf("took its time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_connects_and_never_finishes_a_request_is_sent_away()
    {
        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync("GET /text HT"u8.ToArray());
        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_cut_short_under_its_own_answer_breaks_the_connection_and_is_not_taken_for_whole()
    {
        Write("f", 100_000);
        using var http = Client();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetByteArrayAsync("/cut/f"));
        Assert.Equal("some text", await http.GetStringAsync("/text"));
    }

    [Fact]
    public async Task Stopping_ends_connections_that_wait_and_those_that_do_not_read()
    {
        Write("huge", 50_000_000);
        using var waiting = await ConnectAsync();
        using var reading = await ConnectAsync();
        await reading.GetStream().WriteAsync("GET /file/huge HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        Assert.True(await reading.GetStream().ReadAsync(new byte[1000]) > 0);
        await _app.StopAsync(new CancellationToken(canceled: true)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, await waiting.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync());
    }

    [Fact]
    public async Task An_address_in_use_is_said_to_be()
    {
        using var logs = LoggerFactory.Create(_ => { });
        using var second = new EventTransport(logs, new ConnectionPlaces(1, 1, _ => false, () => { }));
        await Assert.ThrowsAsync<AddressInUseException>(() => second.BindAsync(new IPEndPoint(IPAddress.Loopback, _server.Port)).AsTask());
    }

    // The server ends the connection by itself: there can be no next request.
    private async Task<string> AnswerAndEndAsync(string requests)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(requests));
        client.Client.Shutdown(SocketShutdown.Send);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all).WaitAsync(TimeSpan.FromSeconds(30));
        return Encoding.Latin1.GetString(all.ToArray());
    }

    private async Task<TcpClient> ConnectAsync(int? receiveBuffer = null)
    {
        var client = new TcpClient();
        if (receiveBuffer is { } bytes)
            client.ReceiveBufferSize = bytes;
        await client.ConnectAsync(IPAddress.Loopback, _server.Port);
        return client;
    }

    private HttpClient Client() => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = _server };

    private IResult Serve(HttpContext http, string name, bool cut)
    {
        var path = Path.Combine(_folder.FullName, name);
        var file = MappedFile.Open(path);
        http.RequestAborted.Register(() => _left.TrySetResult());
        http.Response.RegisterForDispose(file);
        if (cut)
            http.Response.OnStarting(() =>
            {
                using var written = File.OpenWrite(path);
                written.SetLength(5000);
                return Task.CompletedTask;
            });
        http.Features.Set<IHttpResponseBodyFeature>(new FileBody(
            http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), http.Features.GetRequiredFeature<DirectWriter>(), file));
        return Results.File(path, "application/octet-stream", enableRangeProcessing: true);
    }

    private byte[] Write(string name, int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        File.WriteAllBytes(Path.Combine(_folder.FullName, name), content);
        return content;
    }
}
