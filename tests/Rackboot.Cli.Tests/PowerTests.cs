using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Switching machines from the command line.</summary>
public sealed class PowerTests
{
    private static readonly PowerProgress Good = new("node-01", PowerStep.Done, "is on, after 2.1 s", PowerState.On, 2.1);
    private static readonly PowerProgress Bad = new("node-02", PowerStep.Failed, "10.30.0.22 gave no answer", PowerState.Unknown, 20);
    private static readonly PowerProgress Skipped = new("node-03", PowerStep.Skipped, "its document has no bmc", PowerState.Unknown, 0);

    public static TheoryData<string, string> Orders => new()
    {
        { "on node-01 node-02 --boot network", """{"action":"on","boot":"network","machines":["node-01","node-02"]}""" },
        { "off -l rack=r1,role --yes", """{"action":"off","selector":"rack=r1,role"}""" },
        { "cycle --all --yes --boot bios", """{"action":"cycle","boot":"bios","all":true}""" },
        { "soft node-01", """{"action":"soft","machines":["node-01"]}""" },
        { "reset node-01 --boot disk", """{"action":"reset","boot":"disk","machines":["node-01"]}""" },
        { "status --all", """{"action":"status","all":true}""" },
        { "identify node-01", """{"action":"identify","machines":["node-01"]}""" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task A_command_is_the_order_it_says(string command, string order)
    {
        await using var api = await StartAsync(Good);
        var outcome = await Shell.RunAsync(api, ["power", .. command.Split(' ')]);
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(order, api.Requests.Single(r => r.Line == "POST /api/v1/power").Body);
    }

    [Fact]
    public async Task Each_machine_gets_a_line_when_it_is_done_and_a_mixed_end_has_an_exit_code_of_its_own()
    {
        await using var api = await StartAsync(Good with { Step = PowerStep.Running, Text = "switching on" }, Bad, Good, Skipped);
        var outcome = await Shell.RunAsync(api, "power", "on", "--all");
        Assert.Equal((ExitCode.Partly,
            "rackboot: skipped (no bmc in the document): machine node-03\nrackboot: 1 of 3 machines failed\n"),
                (outcome.Exit, outcome.Error));
        Assert.Equal(["node-01  on       is on, after 2.1 s", "node-02  unknown  failed: 10.30.0.22 gave no answer",
            "node-03  unknown  skipped: its document has no bmc"], outcome.Lines);
    }

    [Fact]
    public async Task If_every_machine_was_skipped_nothing_was_done_and_that_is_no_success()
    {
        await using var api = await StartAsync(Skipped);
        var outcome = await Shell.RunAsync(api, "power", "on", "--all");
        Assert.Equal(ExitCode.Failed, outcome.Exit);
        Assert.Equal("rackboot: skipped (no bmc in the document): machine node-03\nrackboot: nothing was done\n", outcome.Error);
    }

    [Fact]
    public async Task If_nothing_worked_it_failed()
    {
        await using var api = await StartAsync(Bad);
        Assert.Equal(ExitCode.Failed, (await Shell.RunAsync(api, "power", "on", "node-02")).Exit);
    }

    [Fact]
    public async Task A_daemon_that_ends_in_the_middle_is_not_success()
    {
        await using var api = await StartAsync(Good with { Step = PowerStep.Running, Text = "switching on" });
        var outcome = await Shell.RunAsync(api, "power", "on", "node-01");
        Assert.Equal(ExitCode.Failed, outcome.Exit);
        Assert.Contains("the daemon stopped before 1 of 1 machines were done", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_json_the_operation_is_printed_when_it_is_over()
    {
        await using var api = await StartAsync(Good, Bad);
        var outcome = await Shell.RunAsync(api, "power", "on", "--all", "-o", "json");
        Assert.Equal(ExitCode.Partly, outcome.Exit);
        var machines = JsonDocument.Parse(outcome.Output).RootElement.GetProperty("machines");
        Assert.Equal("failed", machines[1].GetProperty("step").GetString());
    }

    [Fact]
    public async Task Without_waiting_the_operation_is_named_and_can_be_followed_later()
    {
        await using var api = await StartAsync(Good);
        Assert.Equal("operation/o1 started on 1 machines; follow it with: rackboot power follow o1\n",
            (await Shell.RunAsync(api, "power", "on", "node-01", "--wait", "false")).Output);
        Assert.Equal("node-01  on       is on, after 2.1 s\n", (await Shell.RunAsync(api, "power", "follow", "o1")).Output);
        Assert.Equal("node-01  on       is on, after 2.1 s\n", (await Shell.RunAsync(api, "power", "follow")).Output);
    }

    [Theory]
    [InlineData("power on")]
    [InlineData("power on node-01 --all")]
    [InlineData("power off --all -l rack=r1")]
    [InlineData("power off node-01 --boot network")]
    [InlineData("power on node-01 --boot moon")]
    public async Task Unclear_orders_are_wrong_usage(string command)
    {
        await using var api = await StartAsync(Good);
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.DoesNotContain("POST /api/v1/power", api.Lines);
    }

    [Fact]
    public async Task What_a_bmc_says_cannot_steer_the_terminal()
    {
        await using var api = await StartAsync(Bad with { Text = "evil\u001b[2J" });
        Assert.DoesNotContain('\u001b', (await Shell.RunAsync(api, "power", "on", "node-02")).Output);
    }

    [Fact]
    public async Task Credentials_are_listed_with_who_uses_them_and_applied_before_the_machines_that_name_them()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/credentials", new ItemList<Credential>([Rack.Credential("bmc", "node-01"), Rack.Credential("kg")]));
        var outcome = await Shell.RunAsync(api, "get", "credentials", "-o", "name");
        Assert.Equal(["credential/bmc", "credential/kg"], outcome.Lines);

        var directory = Directory.CreateTempSubdirectory("rb-cli-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "secret"), "hunter2\n", TestContext.Current.CancellationToken);
        var file = await Shell.WriteAsync(directory, "rack.yaml",
            """
            apiVersion: v1alpha1
            kind: Machine
            name: node-01
            serial: S-1
            bmc: { driver: ipmi, address: 10.30.0.21, credential: bmc, cipherSuites: [17] }
            ---
            apiVersion: v1alpha1
            kind: Credential
            name: bmc
            username: admin
            passwordFile: secret
            """);
        api.Answer("POST /api/v1/apply", new ItemList<ApplyResult>(
            [new ApplyResult("Credential", "bmc", ApplyOutcome.Created), new ApplyResult("Machine", "node-01", ApplyOutcome.Created)]));
        outcome = await Shell.RunAsync(api, "apply", "-f", file);
        Assert.Equal((ExitCode.Ok, "credential/bmc created\nmachine/node-01 created\n", ""), (outcome.Exit, outcome.Output, outcome.Error));
        Assert.Equal("hunter2", api.Requests[^1].Json.GetProperty("items")[0].GetProperty("password").GetString());
        Directory.Delete(directory, recursive: true);
    }

    private static async Task<FakeApi> StartAsync(params PowerProgress[] steps)
    {
        var api = await FakeApi.StartAsync();
        var machines = steps.GroupBy(s => s.Machine).Select(g => g.Last()).OrderBy(m => m.Machine, StringComparer.Ordinal).ToArray();
        api.Answer("POST /api/v1/power", Rack.Operation(machines), 202);
        api.Answer("GET /api/v1/operations", new ItemList<PowerOperation>([Rack.Operation(machines)]));
        api.Answer("GET /api/v1/operations/o1", Rack.Operation(machines));
        api.Answer("GET /api/v1/operations/o1/progress", async http =>
        {
            http.Response.ContentType = "text/event-stream";
            foreach (var step in steps)
                await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(step, Document.Json)}\n\n");
        });
        return api;
    }
}
