using System.Security.Cryptography;
using Rackboot.Tests.Shared;

namespace Rackboot.Transfer.Tests;

/// <summary>Files that arrive over bad networks from bad servers.</summary>
public sealed class FileTransferTests : IAsyncLifetime
{
    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(3_000_000);
    private static readonly string Sum = Convert.ToHexStringLower(SHA256.HashData(Content));
    private static readonly TransferPolicy Quick = new() { Pause = TimeSpan.FromMilliseconds(1), Attempts = 3 };

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-transfer-").FullName;
    private readonly HttpClient _http = OutboundHttp.Create();
    private FlakyServer _server = null!;

    private string Target => Path.Combine(_directory, "file");

    public async ValueTask InitializeAsync()
    {
        _server = await FlakyServer.StartAsync();
        _server.Files["/file"] = Content;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_file_arrives_whole_and_is_summed_on_the_way()
    {
        Assert.Equal(Sum, await FetchAsync());
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
        Assert.Equal([Target], Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task After_a_break_it_goes_on_where_it_was()
    {
        _server.Faults.Enqueue(_server.CutAfter(1_000_000));
        _server.Faults.Enqueue(_server.CutAfter(500_000));
        Assert.Equal(Sum, await FetchAsync());
        Assert.Equal(3, _server.Requests.Count);
        Assert.All(_server.Requests.Skip(1), r => Assert.StartsWith("GET /file bytes=", r, StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_restart_of_the_program_it_goes_on_too()
    {
        _server.Faults.Enqueue(_server.CutAfter(1_000_000));
        await Assert.ThrowsAsync<TransferException>(() => FetchAsync(policy: Quick with { Attempts = 0 }));
        Assert.Equal(Sum, await FetchAsync());
        Assert.StartsWith("GET /file bytes=", _server.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_begins_from_the_start()
    {
        _server.Faults.Enqueue(_server.CutAfter(1_000_000));
        _server.Faults.Enqueue(http =>
        {
            _server.ETag = "\"two\"";
            return FlakyServer.Status(503)(http);
        });
        Assert.Equal(Sum, await FetchAsync());
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target));
    }

    [Fact]
    public async Task A_server_without_versions_is_asked_for_all_again()
    {
        _server.Ranges = false;
        _server.Faults.Enqueue(_server.CutAfter(1_000_000));
        Assert.Equal(Sum, await FetchAsync());
        Assert.Equal(["GET /file", "GET /file"], _server.Requests);
    }

    [Fact]
    public async Task What_is_known_by_its_checksum_goes_on_without_a_version()
    {
        _server.ETag = "W/\"weak\"";
        _server.Faults.Enqueue(_server.CutAfter(1_000_000));
        Assert.Equal(Sum, await FetchAsync(r => r with { Sha256 = Sum, Bytes = Content.Length }));
        Assert.StartsWith("GET /file bytes=", _server.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_waited_out()
    {
        _server.Faults.Enqueue(FlakyServer.Status(500));
        _server.Faults.Enqueue(FlakyServer.Status(429));
        Assert.Equal(Sum, await FetchAsync());
    }

    [Fact]
    public async Task A_server_that_only_fails_is_given_up_with_what_it_said()
    {
        for (var i = 0; i < 10; i++)
            _server.Faults.Enqueue(FlakyServer.Status(500, body: "disk on fire\nstack"));
        var e = await FailureAsync();
        Assert.Equal((TransferFailure.ServerFault, "file: the server answered 500 Internal Server Error (\"disk on fire\")"),
            (e.Failure, e.Message));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Theory]
    [InlineData(402, TransferFailure.Refused, "the server answered 402 Payment Required")]
    [InlineData(403, TransferFailure.Refused, "the server answered 403 Forbidden")]
    [InlineData(404, TransferFailure.NotFound, "the server answered 404 Not Found")]
    public async Task A_refusal_is_not_asked_about_again_and_leaves_nothing(int status, TransferFailure failure, string text)
    {
        _server.Faults.Enqueue(FlakyServer.Status(status));
        var e = await FailureAsync();
        Assert.Equal(failure, e.Failure);
        Assert.Contains(text, e.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task A_web_page_is_not_taken_for_the_file()
    {
        _server.Faults.Enqueue(FlakyServer.Status(200, "text/html; charset=utf-8", "<html>Sign in</html>"));
        var e = await FailureAsync();
        Assert.Contains("the server sent a web page instead of the file", e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task Another_length_or_checksum_than_expected_is_refused_and_leaves_nothing()
    {
        var length = await Assert.ThrowsAsync<TransferException>(() => FetchAsync(r => r with { Bytes = 5 }));
        Assert.Equal("file: the server's file has 3,000,000 bytes instead of 5: it is a different file", length.Message);
        var sum = await Assert.ThrowsAsync<TransferException>(() => FetchAsync(r => r with { Sha256 = new string('a', 64) }));
        Assert.Contains("the checksum is wrong", sum.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public async Task An_empty_file_is_refused()
    {
        _server.Files["/file"] = [];
        Assert.Contains("an empty file", (await FailureAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_silent_is_left_and_asked_again()
    {
        _server.Faults.Enqueue(async http =>
        {
            http.Response.ContentLength = Content.Length;
            await http.Response.Body.WriteAsync(Content.AsMemory(0, 1000));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        Assert.Equal(Sum, await FetchAsync(policy: Quick with { Silence = TimeSpan.FromMilliseconds(500) }));
    }

    [Fact]
    public async Task Nobody_there_is_said_so()
    {
        var e = await Assert.ThrowsAsync<TransferException>(() =>
            FetchAsync(r => RemoteFile.At(new Uri("http://127.0.0.1:1/file"), r.Title)));
        Assert.Equal(TransferFailure.Unreachable, e.Failure);
        Assert.Contains("file: the server is not reachable", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_resets_its_connections_is_said_so()
    {
        using var server = new ResettingServer();
        for (var i = 0; i < ResettingServer.Tries; i++)
        {
            var e = await Assert.ThrowsAsync<TransferException>(() => FetchAsync(
                r => RemoteFile.At(new Uri($"http://{server.Authority}/file"), r.Title), Quick with { Attempts = 0 }));
            Assert.Equal(TransferFailure.Unreachable, e.Failure);
        }
    }

    [Fact]
    public async Task What_is_here_can_be_read_while_the_rest_arrives()
    {
        var more = new TaskCompletionSource();
        _server.Faults.Enqueue(async http =>
        {
            http.Response.ContentLength = Content.Length;
            await http.Response.Body.WriteAsync(Content.AsMemory(0, 1_000_000));
            await http.Response.Body.FlushAsync();
            await more.Task;
            await http.Response.Body.WriteAsync(Content.AsMemory(1_000_000));
        });
        using var file = new PartialFile(Target);
        var running = new FileTransfer(_http, TimeProvider.System, Quick).RunAsync(Remote, file, TestContext.Current.CancellationToken);
        await file.WaitAsync(999_999, TestContext.Current.CancellationToken);
        Assert.Equal((Content.Length, false), (file.Total!.Value, file.IsComplete));
        more.SetResult();
        await running;
        Assert.True(file.IsComplete);
    }

    [Fact]
    public async Task A_full_disk_is_said_and_leaves_nothing()
    {
        Assert.SkipUnless(Environment.UserName == "root", "a file system of its own takes root");
        var small = Directory.CreateDirectory(Path.Combine(_directory, "small")).FullName;
        Assert.Equal(0, await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "rb-test", small));
        try
        {
            using var file = new PartialFile(Path.Combine(small, "file"));
            var e = await Assert.ThrowsAsync<TransferException>(() =>
                new FileTransfer(_http, TimeProvider.System, Quick).RunAsync(Remote, file, CancellationToken.None));
            Assert.Equal((TransferFailure.DiskFull, "file: the disk is full; free space and start again"), (e.Failure, e.Message));
            Assert.Empty(Directory.EnumerateFiles(small));
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    private RemoteFile Remote => RemoteFile.At(new Uri(_server.Address, "/file"), "file");

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private async Task<TransferException> FailureAsync() => await Assert.ThrowsAsync<TransferException>(() => FetchAsync());

    private async Task<string> FetchAsync(Func<RemoteFile, RemoteFile>? change = null, TransferPolicy? policy = null)
    {
        using var file = new PartialFile(Target);
        await new FileTransfer(_http, TimeProvider.System, policy ?? Quick)
            .RunAsync((change ?? (r => r))(Remote), file, TestContext.Current.CancellationToken);
        return file.Sha256;
    }
}
