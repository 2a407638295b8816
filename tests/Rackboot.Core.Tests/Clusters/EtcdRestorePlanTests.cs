using System.Collections.Immutable;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>What the plan answers while etcd is being restored.</summary>
public sealed class EtcdRestorePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Theory]
    [InlineData(MemberStage.Running, EtcdState.Healthy)]
    [InlineData(MemberStage.Running, EtcdState.Unhealthy)]
    [InlineData(MemberStage.Running, EtcdState.Waiting)] // a node that boots waits too, whatever its disk holds
    public void Every_machine_that_ran_forgets_its_etcd_before_one_begins(MemberStage stage, EtcdState etcd)
    {
        var decision = Next(Restoring(), Member("cp-1", MemberStage.Running, EtcdState.Waiting), Member("cp-2", stage, etcd));
        Assert.Equal(["cp-1", "cp-2"], decision.Steps.OfType<ClusterStep.EmptyEtcd>().Select(s => s.Machine.Value));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Recover or ClusterStep.Bootstrap);
        Assert.Equal(ClusterPhase.Restoring, decision.Phase);
    }

    [Theory]
    [InlineData(MemberStage.Unreachable)]
    [InlineData(MemberStage.Rebooting)]
    [InlineData(MemberStage.Absent)]
    public void No_machine_forgets_its_etcd_while_another_does_not_answer(MemberStage stage)
    {
        var decision = Next(Restoring(), Member("cp-1", MemberStage.Running, EtcdState.Unhealthy),
            Member("cp-2", stage, EtcdState.Unknown));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.EmptyEtcd or ClusterStep.Recover);
        Assert.Contains(decision.Waits, w => w.Machine == "cp-2" && w.Remedy.Contains("--lost", StringComparison.Ordinal));
    }

    [Fact]
    public void One_machine_begins_once_all_have_forgotten()
    {
        var decision = Next(Restoring("cp-1", "cp-2"), Empty("cp-1"), Empty("cp-2"));
        Assert.Equal(new ClusterStep.Recover(SimulatedRack.Id("cp-1"), "s.etcd", false), Assert.Single(decision.Steps));
    }

    [Fact]
    public void A_machine_that_was_just_told_to_forget_is_not_believed_yet()
    {
        var memory = Restoring("cp-1", "cp-2");
        memory = memory with
        {
            Restore =
            memory.Restore! with { Emptied = memory.Restore.Emptied.SetItem(SimulatedRack.Id("cp-2"), Now.AddSeconds(-5)) }
        };
        Assert.Empty(Next(memory, Empty("cp-1"), Empty("cp-2")).Steps);
    }

    [Theory]
    [InlineData(MemberStage.Running, EtcdState.Unhealthy, true)]
    [InlineData(MemberStage.Running, EtcdState.Healthy, true)]
    [InlineData(MemberStage.Running, EtcdState.Starting, true)]
    [InlineData(MemberStage.Running, EtcdState.Unknown, false)] // it does not say yet
    [InlineData(MemberStage.Resetting, EtcdState.Unhealthy, false)]
    [InlineData(MemberStage.Rebooting, EtcdState.Unknown, false)]
    public void A_machine_that_was_back_before_the_others_were_told_forgets_again(MemberStage stage, EtcdState etcd, bool again)
    {
        var decision = Next(Restoring("cp-1", "cp-2"), Member("cp-1", stage, etcd), Empty("cp-2"));
        Assert.Equal(again ? ["cp-1"] : [], decision.Steps.Select(s => ((ClusterStep.EmptyEtcd)s).Machine.Value));
    }

    [Theory]
    [InlineData(MemberStage.Unreachable)]
    [InlineData(MemberStage.Rebooting)]
    [InlineData(MemberStage.Maintenance)]
    public void While_the_machine_that_was_told_is_away_no_other_is_told(MemberStage stage)
    {
        var decision = Next(Told("cp-1"), Member("cp-1", stage, EtcdState.Unknown), Empty("cp-2"));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Recover or ClusterStep.Bootstrap or ClusterStep.EmptyEtcd);
        Assert.Contains(decision.Waits, w => w.Machine == "cp-1" && w.Remedy.Contains("--force", StringComparison.Ordinal));
    }

    [Fact]
    public void A_machine_that_joins_the_restored_etcd_keeps_it()
    {
        var decision = Next(Told("cp-1"), Member("cp-1", MemberStage.Running, EtcdState.Starting),
            Member("cp-2", MemberStage.Running, EtcdState.Healthy));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.EmptyEtcd);
    }

    [Fact]
    public void The_restore_is_over_when_the_machine_that_was_told_runs_etcd()
    {
        var decision = Next(Told("cp-1"), Member("cp-1", MemberStage.Running, EtcdState.Healthy), Empty("cp-2"));
        Assert.Equal(new ClusterStep.RestoreDone(SimulatedRack.Id("cp-1")), Assert.Single(decision.Steps));
    }

    private static ClusterDecision Next(ClusterMemory memory, params MemberObservation[] members) => ClusterPlan.Next(
        new Cluster
        {
            Name = "prod",
            Endpoint = new Uri("https://10.20.0.10:6443"),
            TalosVersion = "v1.13.9",
            KubernetesVersion = "v1.36.3"
        },
        memory, new ClusterObservation(members, null), Now);

    private static ClusterMemory Restoring(params string[] emptied) => new()
    {
        Configured = "of version 0",
        Bootstrap = new BootstrapMemory(SimulatedRack.Id("cp-2"), "cp-2", Now.AddDays(-9), Done: true),
        Members = ImmutableDictionary.CreateRange(((string[])["cp-1", "cp-2"]).Select(name =>
            KeyValuePair.Create(SimulatedRack.Id(name), new MemberMemory(name, ClusterRole.ControlPlane, Now.AddDays(-9), Ran: true)))),
        Restore = new RestoreMemory("s.etcd", false, "tester", Now.AddMinutes(-9),
            emptied.ToImmutableDictionary(SimulatedRack.Id, _ => Now.AddMinutes(-8))),
    };

    private static ClusterMemory Told(string machine)
    {
        var memory = Restoring("cp-1", "cp-2");
        return ClusterMemoryChanges.Before(new ClusterStep.Recover(SimulatedRack.Id(machine), "s.etcd", false), memory,
            new ClusterObservation([Empty("cp-1"), Empty("cp-2")], null), Now.AddMinutes(-1));
    }

    private static MemberObservation Empty(string name) => Member(name, MemberStage.Running, EtcdState.Waiting);

    private static MemberObservation Member(string name, MemberStage stage, EtcdState etcd) => new()
    {
        Machine = SimulatedRack.Id(name),
        Name = name,
        Role = ClusterRole.ControlPlane,
        Stage = stage,
        Etcd = etcd,
        Since = Now.AddMinutes(-30),
    };
}
