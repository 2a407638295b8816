using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Daemon.BootPlane;

namespace Rackboot.Daemon.Tests.BootPlane;

/// <summary>Files sent by the kernel arrive whole, in order with everything else on their connection.</summary>
public sealed class DirectConnectionTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rb-direct-");
    private readonly WebApplication _app;
    private Uri _server = new("http://127.0.0.1/");

    public DirectConnectionTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, DirectConnection.Use));
        _app = builder.Build();
        _app.MapMethods("/text", ["GET"], () => "some text");
        _app.MapMethods("/file/{name}", ["GET", "HEAD"], (HttpContext http, string name) => Serve(http, name, remove: false));
        _app.MapMethods("/vanishing/{name}", ["GET"], (HttpContext http, string name) => Serve(http, name, remove: true));
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
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = _server };
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(small, await http.GetByteArrayAsync("/file/small"));
            Assert.Equal("some text", await http.GetStringAsync("/text"));
            Assert.Equal(large, await http.GetByteArrayAsync("/file/large"));
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
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _server.Port);
        var stream = client.GetStream();
        await stream.WriteAsync("GET /text HTTP/1.1\r\nHost: x\r\n\r\nGET /file/large HTTP/1.1\r\nHost: x\r\n\r\nGET /text HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        var bytes = all.ToArray();
        var text = Encoding.Latin1.GetString(bytes);
        var body = text.IndexOf(Encoding.Latin1.GetString(large), StringComparison.Ordinal);
        Assert.True(body > text.IndexOf("some text", StringComparison.Ordinal));
        Assert.True(text.LastIndexOf("some text", StringComparison.Ordinal) > body + large.Length);
    }

    [Fact]
    public async Task Clients_that_leave_in_mid_file_take_nothing_with_them()
    {
        Write("huge", 50_000_000);
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _server.Port);
            await client.GetStream().WriteAsync("GET /file/huge HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            Assert.True(await client.GetStream().ReadAsync(new byte[1000]) > 0);
            client.LingerState = new LingerOption(i % 2 == 0, 0);
        }

        using var http = new HttpClient { BaseAddress = _server };
        Assert.Equal(50_000_000, (await http.GetByteArrayAsync("/file/huge")).Length);
    }

    [Fact]
    public async Task A_file_that_vanishes_under_its_own_answer_breaks_the_connection_and_is_not_taken_for_whole()
    {
        Write("f", 100_000);
        using var http = new HttpClient { BaseAddress = _server };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetByteArrayAsync("/vanishing/f"));
        Assert.Equal("some text", await http.GetStringAsync("/text"));
    }

    private IResult Serve(HttpContext http, string name, bool remove)
    {
        var path = Path.Combine(_folder.FullName, name);
        if (remove)
            http.Response.OnStarting(() =>
            {
                File.Delete(path);
                return Task.CompletedTask;
            });
        http.Features.Set<IHttpResponseBodyFeature>(new FileBody(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), http.Features.Get<DirectConnection>()));
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
