using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Assets;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Tests.BootPlane;

/// <summary>A plain GET is answered by another way than all other requests; nobody must see a difference.</summary>
public sealed class AssetAnswerTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Added = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _path = Path.GetTempFileName();
    private readonly byte[] _content = new byte[5000];
    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private Action _afterOpening = () => { };

    public AssetAnswerTests()
    {
        new Random(1).NextBytes(_content);
        File.WriteAllBytes(_path, _content);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new ConnectionPlaces(1000, 1000, _ => false, () => { }));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        var asset = new Asset
        {
            Name = "a", File = _path, Bytes = 5000, Sha256 = new string('a', 64), Added = Added, Origin = AssetOrigin.Imported,
        };
        _app.MapMethods("/a", ["GET", "HEAD"], (HttpContext http) =>
        {
            var file = MappedFile.Open(_path);
            http.Response.RegisterForDispose(file);
            _afterOpening();
            return new AssetAnswer(asset, file);
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        File.Delete(_path);
    }

    [Fact]
    public async Task GET_and_HEAD_say_the_same_of_the_file()
    {
        using var get = await _http.GetAsync("/a");
        using var head = await AskAsync(HttpMethod.Head, _ => { });
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Equal(_content, await get.Content.ReadAsByteArrayAsync());
        Assert.Equal($"\"{new string('a', 32)}\"", get.Headers.ETag?.Tag);
        Assert.Equal(Added, get.Content.Headers.LastModified);
        Assert.Equal(5000, get.Content.Headers.ContentLength);
        Assert.Equal("bytes", get.Headers.AcceptRanges.Single());
    }

    [Fact]
    public async Task What_the_client_has_is_not_sent_again()
    {
        using var same = await AskAsync(HttpMethod.Get, r => r.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{new string('a', 32)}\"")));
        using var newer = await AskAsync(HttpMethod.Get, r => r.IfModifiedSince = Added);
        using var other = await AskAsync(HttpMethod.Get, r => r.IfMatch.Add(new EntityTagHeaderValue("\"other\"")));
        using var older = await AskAsync(HttpMethod.Get, r => r.IfUnmodifiedSince = Added.AddDays(-1));
        Assert.Equal(
            [HttpStatusCode.NotModified, HttpStatusCode.NotModified, HttpStatusCode.PreconditionFailed, HttpStatusCode.PreconditionFailed],
            [same.StatusCode, newer.StatusCode, other.StatusCode, older.StatusCode]);
    }

    // Behind "W/" and blanks the framework's reader of tags reads past the end; the server takes blanks off the end of every header.
    [Theory]
    [InlineData("If-Match: W/  \t ")]
    [InlineData("If-None-Match: \"other\", W/ \t  ")]
    [InlineData("If-None-Match: W/    , \"other\"")]
    public async Task A_tag_that_cannot_be_read_is_ignored(string header)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _http.BaseAddress!.Port);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"HEAD /a HTTP/1.1\r\nHost: a\r\n{header}\r\nConnection: close\r\n\r\n"));
        var answer = await new StreamReader(client.GetStream()).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-99", 206, 0, 100)]
    [InlineData("bytes=4990-", 206, 4990, 5000)]
    [InlineData("bytes=-10", 206, 4990, 5000)]
    [InlineData("bytes=4990-9999999", 206, 4990, 5000)]
    [InlineData("bytes=5000-", 416, 0, 0)]
    [InlineData("bytes=0-1,5-6", 200, 0, 5000)]
    [InlineData("bytes=7-3", 200, 0, 5000)]
    [InlineData("pages=1-2", 200, 0, 5000)]
    public async Task A_part_is_the_part_that_was_asked_for(string range, int status, int from, int to)
    {
        using var answer = await AskAsync(HttpMethod.Get, r => r.TryAddWithoutValidation("Range", range));
        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 416)
            Assert.Equal(_content[from..to], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(null, 200, 5000)]
    [InlineData("bytes=10-19", 206, 10)]
    [InlineData("bytes=4990-", 206, 10)]
    public async Task A_file_that_is_removed_or_grows_under_its_answer_is_answered_as_it_was(string? range, int status, int bytes)
    {
        foreach (var change in new Action[] { () => File.AppendAllText(_path, "more"), () => File.Delete(_path) })
        {
            _afterOpening = change;
            using var answer = await AskAsync(HttpMethod.Get, r => r.TryAddWithoutValidation("Range", range));
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(bytes, (await answer.Content.ReadAsByteArrayAsync()).Length);
            Assert.Equal(bytes, answer.Content.Headers.ContentLength);
            await File.WriteAllBytesAsync(_path, _content);
        }
    }

    [Theory]
    [InlineData("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", 206)]
    [InlineData("\"other\"", 200)]
    [InlineData("Fri, 02 Jan 2026 03:04:05 GMT", 206)]
    [InlineData("Thu, 01 Jan 2026 03:04:05 GMT", 200)]
    public async Task A_part_is_sent_only_of_the_file_that_the_client_knows(string ifRange, int status)
    {
        using var answer = await AskAsync(HttpMethod.Get, r =>
        {
            Assert.True(r.TryAddWithoutValidation("Range", "bytes=0-9"));
            Assert.True(r.TryAddWithoutValidation("If-Range", ifRange));
        });
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "W/\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", 304)]
    [InlineData("If-Match", "W/\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", 412)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Modified-Since", "no date", 200)]
    [InlineData("If-Modified-Since", "Thu, 01 Jan 2026 03:04:05 GMT", 200)]
    [InlineData("Range", "bytes=", 200)]
    [InlineData("Range", "bytes=-0", 416)]
    [InlineData("Range", "bytes=-9999999", 206)]
    [InlineData("Range", "bytes=0-9223372036854775807", 206)]
    [InlineData("Range", "bytes=99999999999999999999-", 200)]
    public async Task Odd_conditions_are_answered_as_the_standard_says(string header, string value, int status) // RFC 9110 §13, §14
    {
        using var answer = await AskAsync(HttpMethod.Get, r => Assert.True(r.TryAddWithoutValidation(header, value)));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status is 200 or 206 ? 5000 : 0, (await answer.Content.ReadAsByteArrayAsync()).Length);
    }

    private static IEnumerable<string> Headers(HttpResponseMessage answer) =>
        answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}")
            .Order(StringComparer.Ordinal);

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, Action<HttpRequestHeaders> with)
    {
        using var request = new HttpRequestMessage(method, "/a");
        with(request.Headers);
        return await _http.SendAsync(request);
    }
}
