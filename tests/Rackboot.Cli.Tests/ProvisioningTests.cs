using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Arming machines and accepting their cards from the command line.</summary>
public sealed class ProvisioningTests
{
    private const string Card = "52:54:00:00:01:05";

    [Theory]
    [InlineData("node-01 node-02", """{"machines":["node-01","node-02"]}""")]
    [InlineData("-l rack=r1", """{"selector":"rack=r1"}""")]
    [InlineData("--all --cancel", """{"all":true,"cancel":true}""")]
    public async Task A_command_is_the_order_it_says_and_shows_what_came_of_it(string command, string order)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("POST /api/v1/provision", new ItemList<ProvisionResult>([new("node-01", true, "armed until 13:00:00 UTC; start it")]));
        var outcome = await Shell.RunAsync(api, ["provision", .. command.Split(' ')]);
        Assert.Equal(
            (ExitCode.Ok, "machine/node-01 armed until 13:00:00 UTC; start it\n", ""), (outcome.Exit, outcome.Output, outcome.Error));
        Assert.Equal(order, Assert.Single(api.Requests).Body);
    }

    [Theory]
    [InlineData("provision")]
    [InlineData("provision node-01 --all")]
    [InlineData("accept node-01")]
    [InlineData("accept --card 52:54:00:00:01:05")]
    public async Task A_command_that_does_not_say_what_is_meant_asks_nothing(string command)
    {
        await using var api = await FakeApi.StartAsync();
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.Empty(api.Requests);
    }

    [Theory]
    [InlineData("PUT", "accepted", false)]
    [InlineData("DELETE", "revoked", true)]
    public async Task A_card_is_accepted_and_that_is_taken_back(string method, string word, bool revoke)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer($"{method} /api/v1/machines/node-01/cards/{Card}", http =>
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        var outcome = await Shell.RunAsync(api, ["accept", "node-01", "--card", Card, .. revoke ? ["--revoke"] : Array.Empty<string>()]);
        Assert.Equal((ExitCode.Ok, $"machine/node-01 card {Card} {word}\n"), (outcome.Exit, outcome.Output));
    }

    [Fact]
    public async Task A_wide_list_shows_who_is_armed_and_which_cards_wait()
    {
        await using var api = await FakeApi.StartAsync();
        var machine = Rack.Machine("node-01");
        machine = machine with
        {
            Status = machine.Status! with
            {
                Provisioning = new MachineProvisioning(true, Rack.Noon, Rack.Noon.AddHours(1), "alice", "described", null),
                PendingCards = [new MachineCard("52:54:00:00:01:09", Rack.Noon, "shows the UUID")],
            },
        };
        api.Answer("GET /api/v1/machines/node-01", machine);
        var outcome = await Shell.RunAsync(api, "get", "machine", "node-01", "-o", "wide");
        Assert.Contains("by alice", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("52:54:00:00:01:09", outcome.Output, StringComparison.Ordinal);
    }
}
