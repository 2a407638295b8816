using System.Net;
using System.Net.Sockets;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>What is wrong around a cluster: each is named with its place and what to do, and the rest goes on.</summary>
public sealed class BadClusterInputTests : IAsyncDisposable
{
    private readonly StandInCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(0, "controlPlane.selector matches no machine; label machines, or correct it: role=control")]
    [InlineData(2, "etcd survives the loss of 0 of them, the same as with 1: use an odd number")]
    [InlineData(4, "etcd survives the loss of 1 of them, the same as with 3: use an odd number")]
    [InlineData(3, null)]
    public void A_control_plane_of_an_odd_size_is_asked_for(int machines, string? warning)
    {
        var cluster = StandInCluster.Prod with { Vip = IPAddress.Parse("10.20.0.10") };
        var warnings = ClusterChecks.Warnings(cluster, [.. Enumerable.Range(1, machines).Select(i => Machine($"cp-{i}", "control"))])
            .Where(w => w.Contains("control", StringComparison.Ordinal)).ToList();
        if (warning is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_selector_that_matches_only_a_machine_with_the_label_of_another_cluster_names_the_machine()
    {
        var machine = Machine("worker-1", "worker");
        machine = machine with
        {
            Spec = machine.Spec! with { Labels = new Dictionary<string, string> { ["role"] = "worker", ["cluster"] = "test" } },
        };
        Assert.Contains("workers.selector matches no machine; label machines, or correct it: role=worker; worker-1 has its labels, but its "
            + "label cluster=test puts it into another cluster: rackboot label worker-1 cluster=prod --overwrite",
            ClusterChecks.Warnings(StandInCluster.Prod, [machine]));
    }

    [Fact]
    public void A_shared_address_that_a_machine_has_is_named()
    {
        var machine = Machine("cp-1", "control");
        machine = machine with { Spec = machine.Spec! with { Address = IPAddress.Parse("10.20.0.10") } };
        var warnings = ClusterChecks.Warnings(StandInCluster.Prod with { Vip = IPAddress.Parse("10.20.0.10") }, [machine]);
        Assert.Contains(warnings, w => w.StartsWith("vip 10.20.0.10 is the address of machine cp-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_selector_that_fits_a_machine_of_another_cluster_names_the_machine_and_the_cluster()
    {
        var other = StandInCluster.Prod with { Name = "test" };
        var shared = ClusterMembership.Shared(StandInCluster.Prod, [other], [Machine("worker-1", "worker")]);
        Assert.Equal(("worker-1", "test"), (shared!.Value.Machine.Name, shared.Value.Other.Name));
    }

    [Fact]
    public async Task A_machine_that_was_labelled_into_another_cluster_waits_until_it_left_the_first_one()
    {
        await _cluster.BringUpAsync();
        Assert.Null((await _cluster.Book.PutAsync(
            StandInCluster.Prod with { Name = "test", ControlPlane = Pool("other") }, null, null, dryRun: false)).Refusal);
        await _cluster.Rack.AcceptAsync(
            "worker-1", _cluster.Rack.Inventory.Fleet
                .Named("worker-1")!.Spec! with { Labels = new Dictionary<string, string> { ["role"] = "other" } });
        await _cluster.Reconciler.RoundAsync("test", default);
        var decision = _cluster.Reconciler.View("test")!.Decision;
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Arm or ClusterStep.Configure or ClusterStep.Bootstrap);
        Assert.Contains(decision.Waits, w => w.Machine == "worker-1" && w.For == "it is still in cluster prod"
            && w.Remedy.Contains("rackboot cluster remove prod worker-1", StringComparison.Ordinal));
        Assert.False(_cluster.Rack.Inventory.Provisioning.Of(_cluster.Rack.Inventory.Fleet.Named("worker-1")!.Id).IsArmed);
    }

    [Fact]
    public async Task Two_machines_at_one_address_are_told_apart_and_neither_is_wiped_for_the_other()
    {
        await _cluster.BringUpAsync();
        _cluster.Move("worker-1", _cluster["cp-1"].Address);
        Assert.Null(await _cluster.Reconciler.RemoveAsync(_cluster.Book.Find("prod")!, "worker-1", lost: false, "tester"));
        for (var i = 0; i < 5; i++)
            await _cluster.RoundAsync();
        Assert.DoesNotContain("Reset", _cluster.All.SelectMany(n => n.Calls));
        var worker = _cluster.Members.Single(m => m.Name == "worker-1");
        Assert.Equal(MemberStage.Unreachable, worker.Stage);
        Assert.Contains("answers as cp-1: two machines use this address", worker.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_with_the_certificate_of_another_cluster_is_named_and_not_touched()
    {
        await _cluster.BringUpAsync();
        await using var other = new StandInCluster();
        await other.BringUpAsync();
        _cluster.Move("worker-1", other["worker-1"].Address);
        var calls = other["worker-1"].Calls.Count;
        await _cluster.RunUntilAsync(() => _cluster.Members.Any(m => m is { Name: "worker-1", Stage: MemberStage.Unreachable }));
        Assert.Contains("this cluster's CA did not sign", _cluster.Members.Single(m => m.Name == "worker-1").Problem,
            StringComparison.Ordinal);
        Assert.Equal(calls, other["worker-1"].Calls.Count);
        Assert.Equal(3, _cluster.Members.Count(m => m.Ready is true));
    }

    [Fact]
    public async Task A_node_that_answers_garbage_is_unreachable_and_the_rest_goes_on()
    {
        await _cluster.BringUpAsync();
        var address = _cluster.Network[99];
        using var garbage = new TcpListener(address, 50000);
        garbage.Start();
        var answering = AnswerAsync(garbage);
        _cluster.Move("worker-1", address);
        await _cluster.RunUntilAsync(() => _cluster.Members.Any(m => m is { Name: "worker-1", Stage: MemberStage.Unreachable }));
        Assert.Contains("50000", _cluster.Members.Single(m => m.Name == "worker-1").Problem, StringComparison.Ordinal);
        Assert.Equal(3, _cluster.Members.Count(m => m.Ready is true));
        garbage.Stop();
        await answering;
    }

    [Fact]
    public async Task With_a_clock_that_is_years_off_the_clocks_are_named_and_nothing_is_done_to_the_nodes()
    {
        await _cluster.BringUpAsync();
        var calls = Changes();
        _cluster.Time.Pass(TimeSpan.FromDays(3 * 365).TotalSeconds);
        for (var i = 0; i < 10; i++)
            await _cluster.RoundAsync();
        Assert.All(_cluster.Members, m => Assert.Contains("compare the clocks", m.Problem, StringComparison.Ordinal));
        Assert.Equal(calls, Changes());
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
    }

    [Fact]
    public async Task A_node_whose_clock_is_not_set_yet_is_bootstrapped_when_it_is()
    {
        await _cluster.AddAsync("cp-1", "control");
        _cluster["cp-1"].TimeInSync = false;
        await _cluster.PutAsync(StandInCluster.Prod);
        await _cluster.RunUntilAsync(() => _cluster.Members
            .Any(m => m.Problem?.Contains("time is not synced", StringComparison.Ordinal) is true));
        Assert.Equal(0, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
        _cluster["cp-1"].TimeInSync = true;
        await _cluster.RunUntilAsync(() => _cluster.IsReady);
        Assert.Equal(1, _cluster.Nodes.EtcdClustersOf(_cluster.ClusterId));
    }

    [Fact]
    public void Secrets_that_are_damaged_are_refused_with_every_mistake_and_without_showing_one()
    {
        var secrets = SecretsGenerator.Generate(new TalosRelease(1, 13), _cluster.Time.GetUtcNow());
        var text = SecretsFile.Write(secrets with { Os = secrets.Os with { Key = secrets.K8s.Key } }).Reveal();
        Assert.False(SecretsFile.TryRead(text, out _, out var mistakes));
        Assert.Contains(mistakes, m => m.StartsWith("certs.os", StringComparison.Ordinal));
        Assert.All(mistakes, m => Assert.DoesNotContain(secrets.TrustdToken.Reveal(), m, StringComparison.Ordinal));
    }

    private int Changes() =>
        _cluster.All.Sum(n => n.Calls
            .Count(c => c is "ApplyConfiguration" or "Bootstrap" or "Reset" or "Reboot" or "Upgrade" or "EtcdRemoveMemberByID"));

    private static ClusterPool Pool(string role) => new(new Dictionary<string, string> { ["role"] = role }, []);

    private static Machine Machine(string name, string role) => new()
    {
        Id = SimulatedRack.Id(name),
        Name = name,
        Observed = new MachineObservation { FirstSeen = default, LastSeen = default },
        Spec = new MachineSpec { Labels = new Dictionary<string, string> { ["role"] = role } },
    };

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("SSH-2.0-garbage\r\n\0\xff"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
