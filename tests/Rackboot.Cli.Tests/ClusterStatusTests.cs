using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Spectre.Console;

namespace Rackboot.Cli.Tests;

/// <summary><c>rackboot cluster status</c>, once and watched.</summary>
public sealed class ClusterStatusTests
{
    private const string Path = "GET /api/v1/clusters/prod";

    [Fact]
    public async Task Watching_tells_each_change_once_and_ends_when_the_cluster_is_ready()
    {
        await using var api = await FakeApi.StartAsync();
        Answer(api, Installing(), Installing(), Ready());
        var outcome = await Shell.RunAsync(api, "cluster", "status", "prod", "--watch");
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.Equal(
            [
                "node-01           control plane, installing; waits: Talos installs itself on the disk",
                "prod              prod is being brought up",
                "node-01           control plane, ready, Talos v1.13.9, Kubernetes v1.36.3",
                "prod              prod is ready",
            ],
            outcome.Lines.Select(l => l["HH:mm:ss  ".Length..]));
    }

    [Fact]
    public async Task What_waits_for_a_person_stands_below_the_machines_with_its_remedy()
    {
        await using var api = await FakeApi.StartAsync();
        Answer(api, Installing() with { Status = Many() });
        var outcome = await Shell.RunAsync(api, "cluster", "status", "prod");
        Assert.Equal(
            ["", "node-40: its Talos API does not answer", "  find out why: rackboot explain node-40"], outcome.Lines.TakeLast(3));
    }

    [Fact]
    public async Task As_json_each_state_is_a_line()
    {
        await using var api = await FakeApi.StartAsync();
        Answer(api, Installing(), Installing(), Ready());
        var outcome = await Shell.RunAsync(api, "cluster", "status", "prod", "-w", "-o", "json");
        Assert.Equal(
            [ClusterPhase.BringingUp, ClusterPhase.Ready],
            outcome.Lines.Select(l => JsonSerializer.Deserialize<Cluster>(l, Document.Json)!.Status!.Phase));
    }

    [Fact]
    public async Task Watching_waits_for_a_daemon_that_restarts_and_not_for_one_that_was_never_there()
    {
        await using var api = await FakeApi.StartAsync();
        var asked = 0;
        api.Answer(Path, http =>
        {
            asked++;
            if (asked is 1 or > 6)
                return http.Response.WriteAsJsonAsync(asked == 1 ? Installing() : Ready(), Document.Json);
            http.Abort();
            return Task.CompletedTask;
        });
        var outcome = await Shell.RunAsync(api, "cluster", "status", "prod", "--watch");
        Assert.Equal((ExitCode.Ok, "rackboot: the daemon stopped answering; waiting for it\n"), (outcome.Exit, outcome.Error));
        await api.StopAsync();
        Assert.Equal(ExitCode.Unreachable, (await Shell.RunAsync(api, "cluster", "status", "prod", "--watch")).Exit);
    }

    [Fact]
    public async Task A_cluster_that_is_not_there_is_not_watched()
    {
        await using var api = await FakeApi.StartAsync();
        api.Refuse(Path, 404, "there is no cluster prod");
        Assert.Equal(ExitCode.NotFound, (await Shell.RunAsync(api, "cluster", "status", "prod", "--watch")).Exit);
    }

    [Fact]
    public void The_live_table_is_whole_on_80_columns_and_shows_first_who_is_not_ready()
    {
        var lines = Render(Installing() with { Status = Many() }, height: 24);
        Assert.All(lines, l => Assert.InRange(l.Length, 0, 80));
        Assert.InRange(lines.Count, 1, 24);
        Assert.Contains("KUBERNETES WAITS FOR", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, l => l.StartsWith("node-40 ", StringComparison.Ordinal));
        Assert.Contains("and 24 more, 39 of 40 ready", lines);
        Assert.EndsWith("rackboot explain node-40", lines[^1], StringComparison.Ordinal);
    }

    private static void Answer(FakeApi api, params Cluster[] states)
    {
        var next = 0;
        api.Answer(Path, http => http.Response.WriteAsJsonAsync(states[Math.Min(next++, states.Length - 1)], Document.Json));
    }

    private static List<string> Render(Cluster cluster, int height)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 80;
        console.Write(ClusterTables.Live(cluster, height));
        return [.. text.ToString().TrimEnd('\n').Split('\n').Select(l => l.TrimEnd())];
    }

    private static Cluster Installing() => Prod(ClusterPhase.BringingUp, "prod is being brought up", new ClusterMemberStatus
    {
        Machine = "node-01", Role = "control plane", Stage = "installing", WaitsFor = "Talos installs itself on the disk",
    });

    private static Cluster Ready() => Prod(ClusterPhase.Ready, "prod is ready", Member(1, ready: true));

    private static ClusterStatus Many() => new()
    {
        Phase = ClusterPhase.Degraded,
        Summary = "prod is degraded",
        Machines = [.. Enumerable.Range(1, 40).Select(i => Member(i, ready: i < 40))],
        Waiting =
        [
            new ClusterWaiting("node-40", "its Talos API does not answer", null, true, "find out why: rackboot explain node-40"),
        ],
    };

    private static ClusterMemberStatus Member(int number, bool ready) => new()
    {
        Machine = $"node-{number:d2}", Role = "control plane", Stage = "running", Ready = ready, Talos = "v1.13.9", Kubernetes = "v1.36.3",
        WaitsFor = ready ? null : "its Talos API does not answer",
    };

    private static Cluster Prod(ClusterPhase phase, string summary, params ClusterMemberStatus[] machines) => new()
    {
        Name = "prod", Talos = new ClusterTalos { Version = "v1.13.9" }, Kubernetes = "v1.36.3",
        Status = new ClusterStatus { Phase = phase, Summary = summary, Machines = machines },
    };
}
