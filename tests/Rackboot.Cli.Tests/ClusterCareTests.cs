using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>What keeps clusters going: configurations compared, snapshots restored, secrets exchanged.</summary>
public sealed class ClusterCareTests
{
    private const string Diff = "--- node-01 runs\n+++ cluster prod wants\n@@ -1 +1 @@\n-a: 1\n+a: 2\n";

    [Theory]
    [InlineData(false, "", false, ExitCode.Ok, "")]
    [InlineData(true, Diff, false, 1, "can apply this without a restart")]
    [InlineData(true, Diff, true, 1, "must restart to apply this")]
    public async Task A_comparison_ends_as_diff_does(bool differs, string diff, bool restart, int exit, string effect)
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/node-01/configuration/diff", new ConfigurationDiff("node-01", differs, diff, restart));
        var outcome = await Shell.RunAsync(api, "config", "diff", "node-01");
        Assert.Equal((exit, diff), (outcome.Exit, outcome.Output));
        Assert.Contains(effect, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, ExitCode.NotFound)]
    [InlineData(409, ExitCode.Conflict)]
    [InlineData(500, ExitCode.Usage)]
    public async Task A_comparison_that_could_not_be_made_is_no_difference(int status, int exit)
    {
        await using var api = await FakeApi.StartAsync();
        api.Refuse("GET /api/v1/machines/node-01/configuration/diff", status, "node-01 did not answer");
        var outcome = await Shell.RunAsync(api, "config", "diff", "node-01");
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains("node-01 did not answer", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_that_is_not_there_leaves_no_file()
    {
        await using var api = await FakeApi.StartAsync();
        api.Refuse("GET /api/v1/clusters/prod/snapshots/a.etcd", 404, "cluster prod has no snapshot a.etcd");
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.etcd");
        var outcome = await Shell.RunAsync(api, "cluster", "snapshots", "prod", "--save", "a.etcd", "--to", file);
        Assert.Equal(ExitCode.NotFound, outcome.Exit);
        Assert.False(File.Exists(file));
        Assert.False(File.Exists(file + ".part"));
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, "cluster", "snapshots", "prod", "--to", file)).Exit);
    }

    [Fact]
    public async Task A_snapshot_of_the_appliance_is_restored_by_its_name()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("POST /api/v1/clusters/prod/restore", new Cluster { Name = "prod" }, 202);
        var outcome = await Shell.RunAsync(api, "cluster", "restore", "prod", "--snapshot", "20261121T060000Z.etcd", "--yes");
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(["POST /api/v1/clusters/prod/restore"], api.Lines);
        Assert.Contains("\"snapshot\":\"20261121T060000Z.etcd\"", api.Requests[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_in_a_file_is_sent_first()
    {
        var directory = Directory.CreateTempSubdirectory("restore").FullName;
        var file = await Shell.WriteAsync(directory, "db.snapshot", "etcd");
        await using var api = await FakeApi.StartAsync();
        api.Answer("POST /api/v1/clusters/prod/snapshots", new ClusterSnapshot("taken.etcd", 4), 201);
        api.Answer("POST /api/v1/clusters/prod/restore", new Cluster { Name = "prod" }, 202);
        var outcome = await Shell.RunAsync(api, "cluster", "restore", "prod", "--snapshot", file, "--force", "--skip-hash-check", "--yes");
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(["POST /api/v1/clusters/prod/snapshots?skipHashCheck=true", "POST /api/v1/clusters/prod/restore"], api.Lines);
        Assert.Equal("etcd", api.Requests[0].Body);
        Assert.Contains("\"snapshot\":\"taken.etcd\",\"force\":true,\"skipHashCheck\":true", api.Requests[1].Body,
            StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_dry_run_of_new_CAs_shows_the_steps_and_begins_nothing()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("POST /api/v1/clusters/prod/renewal", new ClusterRenewal(["a new CA is accepted", "it signs"]));
        var outcome = await Shell.RunAsync(api, "cluster", "rotate-ca", "prod", "--talos", "--dry-run");
        Assert.Equal((ExitCode.Ok, "1. a new CA is accepted\n2. it signs\n"), (outcome.Exit, outcome.Output));
        Assert.Contains("\"targets\":[\"talos\"],\"dryRun\":true", api.Requests[0].Body, StringComparison.Ordinal);
    }
}
