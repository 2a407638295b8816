using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary><c>rackboot delete</c>: what it sends, and when it asks.</summary>
public sealed class DeletingTests : IDisposable
{
    private const string RackFile =
        """
        apiVersion: v1alpha1
        kind: Profile
        name: default
        talos: { version: v1.14.0 }
        ---
        apiVersion: v1alpha1
        kind: Machine
        name: node-01
        macs: ["52:54:00:00:01:04"]
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cli-delete-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string, string> Orders => new()
    {
        { "delete machine node-01", "Machine node-01" },
        { "delete machine/node-01", "Machine node-01" },
        { "delete profile/default machine/node-01 --yes", "Machine node-01, Profile default" },
        { "delete m node-01 node-02 -y", "Machine node-01, Machine node-02" },
        { "delete machines -l rack=07 --yes", "Machine node-01, Machine node-02" },
        { "delete -f FILE --yes", "Machine node-01, Profile default" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task What_is_to_go_goes_in_one_request_with_machines_before_what_they_use(string command, string items)
    {
        await using var api = await StartAsync();
        var file = await Shell.WriteAsync(_directory, "rack.yaml", RackFile);
        var outcome = await Shell.RunAsync(api, command.Replace("FILE", file, StringComparison.Ordinal).Split(' '));
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(items, Items(api));
        Assert.Equal(string.Concat(items.Split(", ").Select(i => $"{i.ToLowerInvariant().Replace(' ', '/')} deleted\n")), outcome.Output);
    }

    [Theory]
    [InlineData("delete machine node-01 --dry-run")]
    [InlineData("delete machines -l rack=07 --dry-run")]
    [InlineData("delete -f FILE --dry-run")]
    public async Task A_dry_run_is_judged_by_the_daemon_and_needs_nobody_to_ask(string command)
    {
        await using var api = await StartAsync();
        var file = await Shell.WriteAsync(_directory, "rack.yaml", RackFile);
        var outcome = await Shell.RunAsync(api, command.Replace("FILE", file, StringComparison.Ordinal).Split(' '));
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.All(outcome.Lines, line => Assert.EndsWith(" deleted (dry run)", line, StringComparison.Ordinal));
        Assert.Equal(["POST /api/v1/delete?dryRun=true"], api.Lines.Where(l => !l.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_the_daemon_does_not_delete_is_named_and_the_rest_goes()
    {
        await using var api = await StartAsync();
        api.Answer("POST /api/v1/delete", new ItemList<DeleteResult>(
            [new("Machine", "gone", 404, "there is no machine gone"), new("Machine", "node-01", 204, null),
                new("Profile", "default", 409, "is used by node-02")]));
        Assert.Equal(
            new Outcome(ExitCode.Conflict, "machine/node-01 deleted\n",
                "rackboot: there is no machine gone\nrackboot: is used by node-02\n"),
            await Shell.RunAsync(api, "delete", "machine/gone", "machine/node-01", "profile/default", "--yes"));
    }

    [Theory]
    [InlineData("delete machine node-01 node-02", "Delete 2 machines: node-01, node-02?")]
    [InlineData("delete machines -l rack=07", "Delete 2 machines: node-01, node-02?")]
    [InlineData("delete cluster prod", "Delete cluster prod? The secrets of a cluster go with it.")]
    public async Task Off_a_terminal_more_than_one_thing_takes_yes(string command, string question)
    {
        await using var api = await StartAsync();
        foreach (var input in new[] { "", "n\n", "y\n" })
        {
            var outcome = await Shell.RunProgramAsync(_directory, input, [.. command.Split(' '), "--socket", api.Socket]);
            Assert.Equal(new Outcome(ExitCode.Usage, "", $"rackboot: {question} No terminal to ask on; confirm with --yes\n"),
                outcome);
        }

        Assert.All(api.Lines, l => Assert.StartsWith("GET", l, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("delete machine node-31",
        "Delete machine node-31? This releases server sv_1 at latitude-eu (c3-large-x86 in FRA, 0.50 USD an hour), and the data on its "
        + "disks is lost.")]
    [InlineData("delete machine node-01 node-31",
        "Delete 2 machines: node-01, node-31? This releases server sv_1 at latitude-eu (c3-large-x86 in FRA, 0.50 USD an hour), and the "
        + "data on its disks is lost.")]
    public async Task A_machine_with_a_bought_server_takes_yes_and_the_question_names_plan_and_price(string command, string question)
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/cloud/machines", new ItemList<CloudMachine>([Placed("node-31"), Placed("node-32")]));
        var outcome = await Shell.RunProgramAsync(_directory, "y\n", [.. command.Split(' '), "--socket", api.Socket]);
        Assert.Equal(new Outcome(ExitCode.Usage, "", $"rackboot: {question} No terminal to ask on; confirm with --yes\n"), outcome);
        Assert.DoesNotContain(api.Lines, l => l.StartsWith("POST", StringComparison.Ordinal));

        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync(api, [.. command.Split(' '), "--yes"])).Exit);
        Assert.Contains("Machine node-31", Items(api), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_whose_server_stays_at_its_provider_is_deleted_without_a_question()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/cloud/machines", new ItemList<CloudMachine>([Placed("node-31") with { Releases = false }]));
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-31 deleted\n", ""), await Shell.RunAsync(api, "delete", "machine", "node-31"));
    }

    [Fact]
    public async Task A_selector_that_chooses_nothing_deletes_nothing()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([]));
        Assert.Equal(
            new Outcome(ExitCode.NotFound, "", "rackboot: no machine matches rack=99; nothing was deleted\n"),
            await Shell.RunAsync(api, "delete", "machines", "-l", "rack=99", "--yes"));
    }

    [Theory]
    [InlineData("delete machines")]
    [InlineData("delete machine node-01 -l rack=07")]
    [InlineData("delete profiles -l rack=07")]
    [InlineData("delete asset ipxe/arm64/snponly.efi")]
    [InlineData("delete lease 10.20.0.21")]
    [InlineData("delete machine/node-01 node-02")]
    [InlineData("delete -f rack.yaml machine node-01")]
    public async Task What_is_unclear_is_wrong_usage_and_nothing_is_asked(string command)
    {
        await using var api = await StartAsync();
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.Empty(api.Lines);
    }

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01"), Rack.Machine("node-02")]));
        api.Answer("POST /api/v1/delete", async http =>
        {
            // The fake has read the body to keep it.
            var items = api.Requests[^1].Json.GetProperty("items").Deserialize<DeleteItem[]>(Document.Json)!;
            await http.Response.WriteAsJsonAsync(
                new ItemList<DeleteResult>([.. items.Select(i => new DeleteResult(i.Kind, i.Name, 204, null))]), Document.Json);
        });
        return api;
    }

    private static CloudMachine Placed(string name) => new()
    {
        Machine = name, Provider = "latitude-eu", Plan = "c3-large-x86", Location = "FRA", Stage = CloudStage.Running, Costs = true,
        Releases = true, Server = "sv_1", Hourly = new CloudPrice(0.5m, "USD"), Summary = "runs", Since = DateTimeOffset.UnixEpoch,
    };

    private static string Items(FakeApi api) =>
        string.Join(", ", api.Requests.Single(r => r.Line == "POST /api/v1/delete").Json.GetProperty("items")
        .EnumerateArray().Select(i => $"{i.GetProperty("kind").GetString()} {i.GetProperty("name").GetString()}"));
}
