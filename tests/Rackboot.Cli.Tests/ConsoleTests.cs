using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>The console from a pipe, and its log. Terminals are tested end to end.</summary>
public sealed class ConsoleTests
{
    private static readonly ConsoleMessage Open = new() { Kind = ConsoleMessageKind.State, State = ConsoleState.Open, Text = "connected" };
    private static readonly ConsoleMessage Mine = new() { Kind = ConsoleMessageKind.Writer, Writer = "root", You = true, Taken = false };
    private static readonly ConsoleMessage Alices = Mine with { Writer = "alice", You = false };

    [Fact]
    public async Task All_of_a_pipe_is_typed_once_connected_and_the_answer_is_waited_for()
    {
        await using var api = await StartAsync(async socket =>
        {
            await SayAsync(socket, Mine);
            await SayAsync(socket, new ConsoleMessage
            {
                Kind = ConsoleMessageKind.State, State = ConsoleState.Waiting, Text = "no answer; next attempt in 1 s",
            });
            await SayAsync(socket, Open);
            var typed = await HearAsync(socket);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"<{typed}>"), WebSocketMessageType.Binary, true, default);
            Assert.Equal("closed", await HearAsync(socket));
        });
        var outcome = await Shell.RunProgramAsync("/", "~.uname\r", "console", "node-01", "--socket", api.Socket);
        Assert.Equal((ExitCode.Ok, "<~.uname\r>", "rackboot: node-01: no answer; next attempt in 1 s\n"),
            (outcome.Exit, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task A_pipe_types_nothing_where_somebody_else_does()
    {
        await using var api = await StartAsync(async socket =>
        {
            await SayAsync(socket, Open);
            await SayAsync(socket, Alices);
            Assert.Equal("closed", await HearAsync(socket));
        });
        var outcome = await Shell.RunProgramAsync("/", "reboot\r", "console", "node-01", "--socket", api.Socket);
        Assert.Equal((ExitCode.Conflict, "rackboot: alice is typing; you are watching\nrackboot: nothing was sent; take over typing "
            + "with --take-over\n"), (outcome.Exit, outcome.Error));
    }

    [Fact]
    public async Task A_pipe_takes_over_when_told_so()
    {
        await using var api = await StartAsync(async socket =>
        {
            await SayAsync(socket, Open);
            await SayAsync(socket, Alices);
            Assert.Equal("""{"do":"takeOver"}""", await HearAsync(socket));
            await SayAsync(socket, Mine);
            Assert.Equal("reboot\r", await HearAsync(socket));
            Assert.Equal("closed", await HearAsync(socket));
        });
        Assert.Equal(
            ExitCode.Ok, (await Shell.RunProgramAsync("/", "reboot\r", "console", "node-01", "--take-over", "--socket", api.Socket)).Exit);
    }

    [Fact]
    public async Task What_did_not_arrive_is_a_failure()
    {
        await using var api = await StartAsync(async socket =>
        {
            await SayAsync(socket, Mine);
            await SayAsync(socket, Open);
            await HearAsync(socket);
            await SayAsync(socket, new ConsoleMessage { Kind = ConsoleMessageKind.Notice, Text = "is the machine on?" });
            await HearAsync(socket);
        });
        var outcome = await Shell.RunProgramAsync("/", "x", "console", "node-01", "--socket", api.Socket);
        Assert.Equal((ExitCode.Failed, "rackboot: is the machine on?\n"), (outcome.Exit, outcome.Error));
    }

    [Fact]
    public async Task A_console_that_the_daemon_ends_is_a_failure_with_its_reason()
    {
        await using var api = await StartAsync(async socket =>
        {
            await SayAsync(socket, Mine);
            await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "the machine was deleted", default);
        });
        var outcome = await Shell.RunProgramAsync("/", "", "console", "node-01", "--watch", "--socket", api.Socket);
        Assert.Equal((ExitCode.Failed, "rackboot: the console of node-01 ended: the machine was deleted\n"), (outcome.Exit, outcome.Error));
        Assert.Contains("GET /api/v1/machines/node-01/console?watch=true", api.Lines);
    }

    [Theory]
    [InlineData(404, ExitCode.NotFound)]
    [InlineData(409, ExitCode.Conflict)]
    public async Task A_machine_without_a_console_is_refused_in_plain_words(int status, int exit)
    {
        await using var api = await FakeApi.StartAsync();
        api.Refuse("GET /api/v1/machines/node-01/console", status, "there is none");
        var outcome = await Shell.RunAsync(api, "console", "node-01");
        Assert.Equal((exit, "rackboot: there is none\n"), (outcome.Exit, outcome.Error));
    }

    [Fact]
    public async Task The_log_goes_to_a_pipe_byte_for_byte()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01/console/log?follow=false&tail=2", http => http.Response.WriteAsync("\u001b[31mred\r\n"));
        var outcome = await Shell.RunProgramAsync("/", "", "console", "--log", "node-01", "--tail", "2", "--socket", api.Socket);
        Assert.Equal((ExitCode.Ok, "\u001b[31mred\r\n", ""), (outcome.Exit, outcome.Output, outcome.Error));
    }

    [Fact]
    public async Task A_log_that_is_not_followed_to_the_end_is_a_failure()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01/console/log?follow=true", http => http.Response.WriteAsync("x\n"));
        var outcome = await Shell.RunProgramAsync("/", "", "console", "--log", "node-01", "-f", "--socket", api.Socket);
        Assert.Equal((ExitCode.Failed, "x\n"), (outcome.Exit, outcome.Output));
        Assert.Contains("the machine was deleted or the daemon is stopping", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("console")]
    [InlineData("console node-01 -f")]
    [InlineData("console node-01 --tail 5")]
    [InlineData("console node-01 --log --watch")]
    [InlineData("console node-01 --log --tail -1")]
    [InlineData("console node-01 --watch --take-over")]
    [InlineData("console node-01 --escape ab")]
    [InlineData("console --nonsense")]
    public async Task Unclear_wishes_are_wrong_usage(string command)
    {
        await using var api = await FakeApi.StartAsync();
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.Empty(api.Lines);
    }

    private static async Task<FakeApi> StartAsync(Func<WebSocket, Task> talk)
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01/console", async http =>
        {
            if (http.WebSockets.IsWebSocketRequest)
                await talk(await http.WebSockets.AcceptWebSocketAsync());
            else
                await http.Response.WriteAsJsonAsync(new ConsoleStatus("node-01", ConsoleState.Closed, "", null, []), Document.Json);
        });
        return api;
    }

    private static Task SayAsync(WebSocket socket, ConsoleMessage message) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, Document.Json), WebSocketMessageType.Text, true, default);

    private static async Task<string> HearAsync(WebSocket socket)
    {
        var buffer = new byte[4096];
        var heard = await socket.ReceiveAsync(buffer, default);
        if (heard.MessageType != WebSocketMessageType.Close)
            return Encoding.UTF8.GetString(buffer, 0, heard.Count);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        return "closed";
    }
}
