using Rackboot.Core.Clusters;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>CAs and tokens of stand-in nodes that are exchanged while the nodes run.</summary>
public sealed class SecretsRotationTests : IAsyncDisposable
{
    private readonly StandInCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_CAs_are_exchanged_while_every_machine_stays_reachable(bool startAnewEveryRound)
    {
        await _cluster.BringUpAsync();
        var before = _cluster.Book.Secrets("prod")!;
        Assert.Null(await RenewAsync(RenewalTarget.Talos, RenewalTarget.Kubernetes));
        await _cluster.RunUntilAsync(() => IsDone, () =>
        {
            if (startAnewEveryRound)
                _cluster.StartAppliance();
            else if (_cluster.Reconciler.View("prod") is { } view)
                Assert.All(view.Seen.Members, m => Assert.Equal(MemberStage.Running, m.Stage));
        });
        var after = _cluster.Book.Secrets("prod")!;
        Assert.NotEqual(before.Os.Certificate, after.Os.Certificate);
        Assert.NotEqual(before.K8s.Certificate, after.K8s.Certificate);
        Assert.Equal(before.Etcd, after.Etcd);
        Assert.Null(after.OsRenewal);
        Assert.Null(after.K8sRenewal);
        Assert.Equal(6, _cluster.Book.Memory("prod").SecretsVersion);
        Assert.All(_cluster.All, n => Assert.DoesNotContain("acceptedCAs:\n", Flat(n.ConfigurationText!), StringComparison.Ordinal));
        Assert.Equal(TalosFailure.Untrusted, await FailureAsync(before));
        Assert.Null(await FailureAsync(after));
        Assert.DoesNotContain("Reboot", _cluster.All.SelectMany(n => n.Calls));
    }

    [Fact]
    public async Task A_step_waits_until_every_machine_runs_the_one_before()
    {
        await _cluster.BringUpAsync();
        Assert.Null(await RenewAsync(RenewalTarget.Talos));
        await _cluster.RunUntilAsync(() => _cluster.Book.Memory("prod").Renewal is { Done: 1 });
        _cluster["worker-1"].SetPower(false);
        for (var i = 0; i < 30; i++)
            await _cluster.RoundAsync();
        Assert.Equal(RenewalStage.Accepting, _cluster.Book.Secrets("prod")!.OsRenewal!.Stage);
        _cluster["worker-1"].SetPower(true);
        await _cluster.RunUntilAsync(() => IsDone);
    }

    [Fact]
    public async Task New_tokens_reach_every_machine_and_a_machine_that_comes_later()
    {
        await _cluster.BringUpAsync();
        var before = _cluster.Book.Secrets("prod")!;
        Assert.Null(await RenewAsync(RenewalTarget.Tokens));
        await _cluster.RunUntilAsync(() => IsDone,
            () => Assert.True(_cluster.All.Count(n => n.Stage == MachineStage.Rebooting || !n.IsUp) <= 1, "two machines are down at once"));
        var token = _cluster.Book.Secrets("prod")!.TrustdToken;
        Assert.NotEqual(before.TrustdToken, token);
        Assert.All(_cluster.All, n => Assert.Contains(token.Reveal(), n.ConfigurationText, StringComparison.Ordinal));
        await _cluster.AddAsync("worker-2", "worker");
        await _cluster.RunUntilAsync(() => _cluster.Members.Any(m => m is { Name: "worker-2", Ready: true }));
    }

    [Fact]
    public async Task The_cluster_says_that_it_rotates_between_the_steps_too()
    {
        await _cluster.BringUpAsync();
        Assert.Null(await RenewAsync(RenewalTarget.Talos));
        var phases = new List<ClusterPhase>();
        await _cluster.RunUntilAsync(() => IsDone, () => phases.Add(_cluster.Decision.Phase));
        Assert.Equal([ClusterPhase.Ready, ClusterPhase.Rotating], phases.Distinct());
        Assert.Equal(ClusterPhase.Rotating, phases[^1]);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_a_second_renewal_is_refused()
    {
        await _cluster.BringUpAsync();
        Assert.Null(await _cluster.Orders.RenewAsync(_cluster.Book.Find("prod")!, [RenewalTarget.Talos], dryRun: true, "tester"));
        Assert.Null(_cluster.Book.Memory("prod").Renewal);
        Assert.Null(await RenewAsync(RenewalTarget.Talos));
        Assert.Contains("already in progress", (await RenewAsync(RenewalTarget.Kubernetes))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_run_yet_keeps_its_secrets()
    {
        await _cluster.PutAsync(StandInCluster.Prod);
        Assert.Contains("is not running yet", (await RenewAsync(RenewalTarget.Talos))!.Message, StringComparison.Ordinal);
    }

    private bool IsDone => _cluster.IsReady && _cluster.Book.Memory("prod") is { Renewal: null, Rollout: null };

    private Task<Refusal?> RenewAsync(params RenewalTarget[] targets) =>
        _cluster.Orders.RenewAsync(_cluster.Book.Find("prod")!, targets, dryRun: false, "tester");

    private static string Flat(string yaml) => yaml.Replace("acceptedCAs: []", "", StringComparison.Ordinal);

    // What a client with a talosconfig of these secrets is told.
    private async Task<TalosFailure?> FailureAsync(ClusterSecrets secrets)
    {
        Assert.True(TalosCredentials.TryMint(secrets, [TalosRole.Admin], TimeSpan.FromHours(1), _cluster.Time.GetUtcNow(),
            out var credentials, out _));
        using var client = TalosClient.Connect(
            _cluster["cp-1"].Address.ToString(), NodeTrust.Cluster(credentials!, _cluster.Time), time: _cluster.Time);
        try
        {
            await client.Machine.VersionAsync(default);
            return null;
        }
        catch (TalosApiException e)
        {
            return e.Failure;
        }
    }
}
