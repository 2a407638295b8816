using System.CommandLine;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary><c>rackboot watch</c>, and daemons that misbehave.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task Watching_goes_on_after_a_restart_where_it_was()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/status", Rack.Status);
        api.Answer("GET /api/v1/events?after=0",
            http => SendAsync(http, end: true, Rack.Event(1, "node-01", "first"), Rack.Event(2, "node-02", "other")));
        var away = new TaskCompletionSource();
        api.Answer("GET /api/v1/events?after=2", http => { away.TrySetResult(); http.Abort(); return Task.CompletedTask; });
        using var output = new EventWriter("third");
        using var error = new EventWriter("rackboot: the daemon stopped answering; waiting for it");
        using var stop = new CancellationTokenSource();
        var watching = RunAsync(["watch", "node-01", "--all", "--socket", api.Socket], output, error, stop.Token);
        await away.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await api.StopAsync();
        await error.Seen.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        api.Answer("GET /api/v1/events?after=2", http => SendAsync(http, end: false, Rack.Event(3, "node-01", "third")));
        await api.ListenAsync();
        await output.Seen.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await watching);
        Assert.Equal(["first", "third"], output.ToString().TrimEnd().Split('\n').Select(l => l[^5..]));
    }

    [Fact]
    public async Task Json_is_one_event_a_line()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/status", Rack.Status);
        api.Answer("GET /api/v1/events", http => SendAsync(http, end: false, Rack.Event(7, "node-01", "now")));
        using var output = new EventWriter("now");
        using var error = new EventWriter("-");
        using var stop = new CancellationTokenSource();
        var watching = RunAsync(["watch", "-o", "json", "--socket", api.Socket], output, error, stop.Token);
        await output.Seen.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Interrupted, await watching);
        Assert.Equal(Rack.Event(7, "node-01", "now"), JsonSerializer.Deserialize<Event>(output.ToString(), Document.Json));
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"items\":5}")]
    public async Task An_answer_that_is_no_document_is_a_failure_in_plain_words(string answer)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", http => http.Response.WriteAsync(answer));
        var outcome = await Shell.RunAsync(api, "get", "machines");
        Assert.Equal((ExitCode.Failed, ""), (outcome.Exit, outcome.Output));
        Assert.StartsWith("rackboot: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_without_a_problem_document_is_told_by_its_status()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", http => { http.Response.StatusCode = 502; return http.Response.WriteAsync("<html>"); });
        Assert.Equal(new Outcome(ExitCode.Failed, "", "rackboot: Bad Gateway\n"), await Shell.RunAsync(api, "get", "machines"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("relative.sock")]
    public async Task A_socket_that_cannot_be_one_is_not_reachable(string path)
    {
        var outcome = await Shell.RunAsync("get", "machines", "--socket", path);
        Assert.Equal((ExitCode.Unreachable, ""), (outcome.Exit, outcome.Output));
    }

    [Fact]
    public async Task A_socket_path_that_is_too_long_is_told()
    {
        var outcome = await Shell.RunAsync("get", "machines", "--socket", "/" + new string('x', 200));
        Assert.Equal((ExitCode.Unreachable, ""), (outcome.Exit, outcome.Output));
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
    }

    private static Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancel) =>
        RackbootCommand.Create().Parse(arguments).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null }, cancel);

    private static async Task SendAsync(HttpContext http, bool end, params Event[] events)
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var e in events)
            await http.Response.WriteAsync($"event: {e.Kind}\nid: {e.Id}\ndata: {JsonSerializer.Serialize(e, Document.Json)}\n\n");
        await http.Response.Body.FlushAsync();
        if (!end)
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    // What is printed, and a task that ends when a word is among it.
    private sealed class EventWriter(string word) : StringWriter
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(word, StringComparison.Ordinal) is true)
                _seen.TrySetResult();
        }
    }
}
