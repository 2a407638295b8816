using System.Net;
using System.Text;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Consoles over the API.</summary>
public sealed class ConsoleApiTests
{
    [Fact]
    public async Task Two_watch_one_types_and_the_other_takes_it_over()
    {
        await using var api = await StartAsync();
        await using var first = await api.Client.OpenConsoleAsync("node-01", watch: false);
        await UntilAllAsync(first, m => m.Kind == ConsoleMessageKind.Writer && m.You is true, m => m.State == ConsoleState.Open);
        await using var second = await api.Client.OpenConsoleAsync("node-01", watch: false);
        Assert.False((await UntilAsync(second, m => m.Kind == ConsoleMessageKind.Writer)).You);
        api.Line.Write("login: ");
        Assert.Equal("login: ", await ReadAsync(first, 7));
        Assert.Equal("login: ", await ReadAsync(second, 7));
        await first.TypeAsync("root\r"u8.ToArray(), default);
        Assert.Equal("root\r", await api.Line.TypedAsync());
        await second.AskAsync(ConsoleRequest.TakeOver, default);
        Assert.True((await UntilAsync(first, m => m.Kind == ConsoleMessageKind.Writer)).Taken);
        Assert.True((await UntilAsync(second, m => m.Kind == ConsoleMessageKind.Writer && m.You is true)).You);
        await second.AskAsync(ConsoleRequest.Break, default);
        Assert.Equal("BREAK", await api.Line.TypedAsync());
        await first.TypeAsync("x"u8.ToArray(), default);
        Assert.StartsWith($"{Environment.UserName} is typing", (await UntilAsync(first, m => m.Kind == ConsoleMessageKind.Notice)).Text,
            StringComparison.Ordinal);
        var status = await api.Client.GetConsoleAsync("node-01");
        Assert.Equal((ConsoleState.Open, Environment.UserName, 2), (status.State, status.Writer, status.Watchers.Count));
    }

    [Fact]
    public async Task What_was_typed_before_leaving_arrives()
    {
        await using var api = await StartAsync();
        var typed = new string('x', 10_000) + "\r";
        await using (var console = await api.Client.OpenConsoleAsync("node-01", watch: false))
        {
            await UntilAsync(console, m => m.State == ConsoleState.Open);
            await console.TypeAsync(Encoding.ASCII.GetBytes(typed), default);
            await console.LeaveAsync();
            while (await console.ReceiveAsync(default) is not null)
            {
            }
        }

        for (var arrived = 0; arrived < typed.Length;)
            arrived += (await api.Line.TypedAsync()).Length;
        Assert.Empty((await api.Client.GetConsoleAsync("node-01")).Watchers);
    }

    [Fact]
    public async Task The_log_is_read_its_end_too_and_followed()
    {
        await using var api = await StartAsync();
        Assert.Equal(
            HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiException>(() => api.Client.GetConsoleLogAsync("node-01"))).Status);
        await using var follower = await api.Client.GetConsoleLogAsync("node-01", follow: true);
        api.Line.Write("one\r\ntwo\r\n");
        var buffer = new byte[10];
        await follower.ReadExactlyAsync(buffer);
        Assert.Equal("one\r\ntwo\r\n", Encoding.ASCII.GetString(buffer));
        using var whole = new StreamReader(await api.Client.GetConsoleLogAsync("node-01"));
        Assert.Equal("one\r\ntwo\r\n", await whole.ReadToEndAsync(TestContext.Current.CancellationToken));
        using var tail = new StreamReader(await api.Client.GetConsoleLogAsync("node-01", tail: 1));
        Assert.Equal("two\r\n", await tail.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/api/v1/machines/none/console", 404)]
    [InlineData("/api/v1/machines/none/console/log", 404)]
    [InlineData("/api/v1/machines/bare/console", 409)]
    [InlineData("/api/v1/machines/bare/console/log?follow=true", 409)]
    [InlineData("/api/v1/machines/node-01/console/log?tail=-1", 422)]
    public async Task What_cannot_be_is_refused_as_a_problem(string path, int status)
    {
        await using var api = await StartAsync();
        using var http = ApiSocket.Open(api.SocketPath);
        using var response = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains("/api/v1/machines/{name}/console/log", await http.GetStringAsync(
            "/openapi/v1.json", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_stops_tells_the_watchers()
    {
        await using var api = await StartAsync();
        await using var console = await api.Client.OpenConsoleAsync("node-01", watch: true);
        await UntilAsync(console, m => m.State == ConsoleState.Open);
        await api.Consoles.DisposeAsync();
        while (await console.ReceiveAsync(default) is not null)
        {
        }

        Assert.Equal("the daemon is stopping", console.Ended);
    }

    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        await api.Client.PutMachineAsync(
            new Machine { Name = "node-01", Serial = "S-1", Bmc = new MachineBmc { Driver = BmcDriver.Manual, Console = "/run/serial" } });
        await api.Client.PutMachineAsync(new Machine { Name = "bare", Serial = "S-2" });
        return api;
    }

    private static async Task<ConsoleMessage> UntilAsync(ConsoleConnection console, Func<ConsoleMessage, bool> condition)
    {
        while (await console.ReceiveAsync(TestContext.Current.CancellationToken) is { } frame)
            if (frame.Message is { } message && condition(message))
                return message;
        throw new InvalidOperationException($"the console ended: {console.Ended}");
    }

    // In any order: the line may open before or after somebody joins.
    private static async Task UntilAllAsync(ConsoleConnection console, params List<Func<ConsoleMessage, bool>> conditions)
    {
        while (conditions.Count > 0)
            await UntilAsync(console, m => conditions.RemoveAll(c => c(m)) > 0);
    }

    private static async Task<string> ReadAsync(ConsoleConnection console, int length)
    {
        var text = new StringBuilder();
        while (text.Length < length && await console.ReceiveAsync(TestContext.Current.CancellationToken) is { } frame)
            text.Append(Encoding.Latin1.GetString(frame.Output.Span));
        return text.ToString();
    }
}
