using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary><c>edit</c>, <c>diff</c>, <c>label</c>, <c>adopt</c> and <c>wait</c>.</summary>
public sealed class EditingTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cli-edit-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task What_is_edited_is_applied_if_nobody_changed_it_meanwhile()
    {
        await using var api = await StartAsync();
        var outcome = await EditAsync(api, "sed -i s/profile:.default/profile:\\ other/ \"$1\"");
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-01 configured\n", ""), outcome);
        var put = api.Requests.Single(r => r.Line.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(("PUT /api/v1/machines/node-01", "other"), (put.Line, put.Json.GetProperty("profile").GetString()));
        Assert.False(put.Json.TryGetProperty("status", out _));
    }

    [Fact]
    public async Task What_was_refused_opens_again_with_the_reason_and_its_line()
    {
        await using var api = await StartAsync();
        api.Refuse("PUT /api/v1/machines/node-01", 422, "wrong", new ProblemError("/macs/0", "is not a MAC address"));
        var outcome = await EditAsync(api,
            $"cp \"$1\" {_directory}/seen-$(ls {_directory} | grep -c seen); sed -i s/profile:.default/profile:\\ other/ \"$1\"");
        Assert.Equal(ExitCode.Usage, outcome.Exit);
        Assert.Contains("cancelled; nothing was changed; your text is in ", outcome.Error, StringComparison.Ordinal);
        var kept = outcome.Error.Trim().Split(' ')[^1];
        Assert.Contains("profile: other", await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept));
        File.Delete(kept);
        var second = await File.ReadAllLinesAsync($"{_directory}/seen-1", TestContext.Current.CancellationToken);
        var mistake = Assert.Single(second, l => l.Contains("is not a MAC address", StringComparison.Ordinal));
        Assert.Matches("^# line [0-9]+: macs\\[0\\]: is not a MAC address$", mistake);
        var line = int.Parse(mistake.Split(' ', ':')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("52:54:00:00:01:04", second[line - 1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", "nothing was changed")]
    [InlineData(": > \"$1\"", "nothing was changed")]
    [InlineData("sed -i s/^name:.*/name:\\ other/ \"$1\"", "cancelled")]
    [InlineData("grep -q nonsense \"$1\" || echo nonsense: [ >> \"$1\"", "cancelled")]
    [InlineData("false", "the editor failed; nothing was changed")]
    public async Task An_editor_that_changes_nothing_or_what_may_not_be_changed_sends_nothing(string editor, string message)
    {
        await using var api = await StartAsync();
        var outcome = await EditAsync(api, editor);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.All(api.Lines, l => Assert.StartsWith("GET", l, StringComparison.Ordinal));
        if (outcome.Error.Contains(" is in ", StringComparison.Ordinal))
            File.Delete(outcome.Error.Trim().Split(' ')[^1]);
    }

    [Fact]
    public async Task A_difference_is_shown_line_by_line_and_is_exit_code_1()
    {
        await using var api = await StartAsync();
        var wanted = JsonSerializer.SerializeToElement(Rack.Machine("node-01") with { Profile = "other", Status = null }, Document.Json);
        api.Answer("POST /api/v1/apply?dryRun=true",
            new ItemList<ApplyResult>([new("Machine", "node-01", ApplyOutcome.Configured, Document: wanted)]));
        var file = await WriteAsync();
        var outcome = await Shell.RunAsync(api, "diff", "-f", file);
        Assert.Equal((1, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(["--- machine/node-01", $"+++ machine/node-01 ({file}:1)"], outcome.Lines.Take(2));
        Assert.Equal(["-profile: default", "+profile: other"], outcome.Lines.Skip(3).Where(l => l[0] is '-' or '+'));
        Assert.Matches("^@@ -[0-9]+,7 \\+[0-9]+,7 @@$", outcome.Lines[2]);
    }

    [Fact]
    public async Task Without_a_difference_nothing_is_printed()
    {
        await using var api = await StartAsync();
        api.Answer("POST /api/v1/apply?dryRun=true", new ItemList<ApplyResult>([new("Machine", "node-01", ApplyOutcome.Unchanged)]));
        Assert.Equal(new Outcome(ExitCode.Ok, "", ""), await Shell.RunAsync(api, "diff", "-f", await WriteAsync()));
    }

    [Theory]
    [InlineData("label node-01 rack=r1 old-", """{"machines":["node-01"],"set":{"rack":"r1"},"remove":["old"]}""")]
    [InlineData("label machine node-01 rack=r1", """{"machines":["node-01"],"set":{"rack":"r1"}}""")]
    [InlineData("label machine/node-01 m/node-02 rack=", """{"machines":["node-01","node-02"],"set":{"rack":""}}""")]
    [InlineData("label -l rack=r1 role- --overwrite", """{"selector":"rack=r1","remove":["role"],"overwrite":true}""")]
    [InlineData("label --all role=a", """{"all":true,"set":{"role":"a"}}""")]
    public async Task Labels_are_sent_in_one_request(string command, string order)
    {
        await using var api = await StartAsync();
        api.Answer("POST /api/v1/labels", new ItemList<ApplyResult>([new("Machine", "node-01", ApplyOutcome.Configured)]));
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-01 labelled\n", ""), await Shell.RunAsync(api, command.Split(' ')));
        Assert.Equal(order, Assert.Single(api.Requests).Body);
    }

    [Theory]
    [InlineData("label node-01")]
    [InlineData("label rack=r1")]
    [InlineData("label node-01 --all rack=r1")]
    [InlineData("label node-01 rack=r1 rack-")]
    [InlineData("label profile/default rack=r1")]
    public async Task Unclear_labels_are_wrong_usage(string command)
    {
        await using var api = await StartAsync();
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.Empty(api.Lines);
    }

    [Fact]
    public async Task A_discovered_machine_is_adopted_with_what_it_showed()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines/discovered-1", Discovered());
        api.Answer("PUT /api/v1/machines/node-09", Rack.Machine("node-09"), 201);
        var outcome = await Shell.RunAsync(api, "adopt", "discovered-1", "--as", "node-09", "--profile", "default", "--label", "rack=r1");
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-09 adopted, discovered as discovered-1\n", ""), outcome);
        Assert.Equal(
            """{"apiVersion":"v1alpha1","kind":"Machine","name":"node-09","labels":{"rack":"r1"},"macs":["52:54:00:00:09:09"],"""
                + "\"uuid\":\"u-1\",\"profile\":\"default\"}",
            api.Requests[^1].Body);
        var printed = await Shell.RunAsync(api, "adopt", "machine/discovered-1", "--as", "node-09", "--print");
        Assert.StartsWith("apiVersion: v1alpha1\nkind: Machine\nname: node-09\nmacs:\n  - 52:54:00:00:09:09\n", printed.Output,
            StringComparison.Ordinal);
        var described = await Shell.RunAsync(api, "adopt", "node-01");
        Assert.Equal((ExitCode.Conflict, "rackboot: node-01 already has a document; change it with: rackboot edit machine/node-01\n"),
            (described.Exit, described.Error));
    }

    [Fact]
    public async Task A_list_as_yaml_is_applied_again_with_the_cards_of_discovered_machines()
    {
        await using var api = await StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01"), Discovered()]));
        api.Answer("POST /api/v1/apply", new ItemList<ApplyResult>([]));
        api.Answer("GET /api/v1/assets", new ItemList<Asset>([]));
        var yaml = (await Shell.RunAsync(api, "get", "machines", "-o", "yaml")).Output;
        var outcome = await Shell.RunAsync(api, "apply", "-f", await Shell.WriteAsync(_directory, "all.yaml", yaml));
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        var items = api.Requests.Single(r => r.Line == "POST /api/v1/apply").Json.GetProperty("items");
        Assert.Equal(["node-01", "discovered-1"], items.EnumerateArray().Select(i => i.GetProperty("name").GetString()));
        Assert.Equal("52:54:00:00:09:09", items[1].GetProperty("macs")[0].GetString());
    }

    [Theory]
    [InlineData("wait node-01 --for booting", "machine/node-01 is booting")]
    [InlineData("wait machine/node-01 --for state=booting", "machine/node-01 is booting")]
    [InlineData("wait node-01 --for stage=script", "machine/node-01 has reached script")]
    [InlineData("wait node-01 --for power=unknown", "machine/node-01 has power unknown")]
    [InlineData("wait gone --for delete", "machine/gone is deleted")]
    [InlineData("wait --all --for booting", "machine/node-01 is booting")]
    public async Task What_is_so_already_is_not_waited_for(string command, string line)
    {
        await using var api = await StartAsync();
        Assert.Equal(new Outcome(ExitCode.Ok, line + "\n", ""), await Shell.RunAsync(api, command.Split(' ')));
    }

    [Theory]
    [InlineData("wait node-01 --for reported --timeout 0", ExitCode.Failed,
        "after 0s 1 of 1 machines is still not there: node-01 (booting, stage kernel, power no answer)")]
    [InlineData("wait gone --for reported", ExitCode.NotFound, "there is no machine gone")]
    [InlineData("wait node-01 --for reprted", ExitCode.Usage, "--for: \"reprted\" is not a condition; did you mean reported?")]
    [InlineData("wait node-01 --for reported --timeout soon", ExitCode.Usage, "--timeout takes a duration like 90s, 20m or 2h")]
    [InlineData("wait node-01 cluster/prod --for ready", ExitCode.Usage, "give machines (node-01) or clusters")]
    [InlineData("wait --for reported", ExitCode.Usage, "select machines by names")]
    public async Task What_does_not_come_true_is_told_with_how_it_is(string command, int exit, string message)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, command.Split(' '));
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_ends_when_it_has_come_true()
    {
        await using var api = await StartAsync();
        var asked = 0;
        api.Answer("GET /api/v1/machines/node-01", http => http.Response.WriteAsJsonAsync(
            ++asked < 3 ? Rack.Machine("node-01")
                : Rack.Machine("node-01") with { Status = Rack.Machine("node-01").Status! with { State = MachineState.Reported } },
            Document.Json));
        Assert.Equal(new Outcome(ExitCode.Ok, "machine/node-01 is reported\n", ""),
            await Shell.RunAsync(api, "wait", "node-01", "--for", "reported"));
    }

    private static Machine Discovered() => new()
    {
        Name = "discovered-1",
        Status = new MachineStatus { Id = "m9", State = MachineState.Discovered, SeenMacs = ["52:54:00:00:09:09"], SeenUuid = "u-1" },
    };

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        var machine = Rack.Machine("node-01");
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([machine]));
        api.Answer("GET /api/v1/machines/node-01", machine, etag: "4");
        api.Answer("PUT /api/v1/machines/node-01", machine);
        return api;
    }

    private Task<string> WriteAsync() =>
        Shell.WriteAsync(_directory, "node.yaml",
            "apiVersion: v1alpha1\nkind: Machine\nname: node-01\nmacs: [\"52:54:00:00:01:04\"]\nprofile: other\n");

    private async Task<Outcome> EditAsync(FakeApi api, string editor)
    {
        var program = await Shell.WriteAsync(_directory, "editor.sh", editor);
        return await Shell.RunProgramAsync(
            _directory, "", new Dictionary<string, string> { ["RACKBOOT_EDITOR"] = $"sh {program}" }, "edit", "machine/node-01", "--socket",
                api.Socket);
    }
}
