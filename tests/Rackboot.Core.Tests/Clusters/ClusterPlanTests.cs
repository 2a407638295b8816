using System.Collections.Immutable;
using Rackboot.Core.Clusters;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>What the plan answers to single situations.</summary>
public sealed class ClusterPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private static Cluster Prod { get; } = new()
    {
        Name = "prod", Endpoint = new Uri("https://10.20.0.10:6443"), TalosVersion = "v1.13.9", KubernetesVersion = "v1.36.3",
    };

    [Theory]
    [InlineData(MemberStage.Absent, "rackboot power on cp-1 --boot network")]
    [InlineData(MemberStage.Booting, "rackboot explain cp-1")]
    [InlineData(MemberStage.Maintenance, "rackboot explain cp-1")]
    [InlineData(MemberStage.Configured, "rackboot explain cp-1")]
    [InlineData(MemberStage.ConfigurationRefused, "rackboot config render cp-1")]
    [InlineData(MemberStage.Installing, "rackboot console cp-1")]
    [InlineData(MemberStage.Rebooting, "rackboot console cp-1")]
    [InlineData(MemberStage.Unreachable, "rackboot cluster remove prod cp-1 --lost")]
    public void Every_stage_before_running_is_waited_for_with_something_to_do(MemberStage stage, string remedy)
    {
        var decision = Next(new ClusterMemory(), Control("cp-1", stage));
        var wait = Assert.Single(decision.Waits, w => w.Machine == "cp-1");
        Assert.Contains(remedy, wait.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MemberStage.Absent, true)]
    [InlineData(MemberStage.Booting, true)]
    [InlineData(MemberStage.Maintenance, true)]
    [InlineData(MemberStage.Configured, false)]
    [InlineData(MemberStage.Running, false)]
    [InlineData(MemberStage.Unreachable, false)]
    public void A_machine_is_armed_only_before_it_has_a_configuration(MemberStage stage, bool armed)
    {
        var decision = Next(new ClusterMemory(), Control("cp-1", stage));
        Assert.Equal(armed, decision.Steps.OfType<ClusterStep.Arm>().Any());
    }

    [Fact]
    public void A_machine_that_is_armed_or_had_its_configuration_is_not_armed_again()
    {
        Assert.Empty(Next(new ClusterMemory(), Control("cp-1", MemberStage.Absent) with { Armed = true }).Steps);
        Assert.DoesNotContain(Next(Had("cp-1", ran: false), Control("cp-1", MemberStage.Absent)).Steps, s => s is ClusterStep.Arm);
    }

    [Fact]
    public void That_Talos_is_on_the_disk_is_remembered_once()
    {
        var installed = Control("cp-1", MemberStage.Rebooting) with { Installed = true };
        var memory = Had("cp-1", ran: false);
        var step = Assert.Single(Next(memory, installed).Steps.OfType<ClusterStep.Installed>());
        var after = ClusterMemoryChanges.Before(step, memory, new ClusterObservation([installed], null), Now);
        Assert.Empty(Next(after, installed).Steps.OfType<ClusterStep.Installed>());
        Assert.Empty(Next(memory, installed with { Installed = false }).Steps.OfType<ClusterStep.Installed>());
    }

    [Fact]
    public void The_first_control_plane_machine_waits_for_the_others_and_then_goes_on_without_them()
    {
        MemberObservation[] members = [Waiting("cp-1", Now), Control("cp-2", MemberStage.Absent), Control("cp-3", MemberStage.Installing)];
        var soon = ClusterPlan.Next(Prod, new ClusterMemory(), new ClusterObservation(members, null), Now.AddMinutes(1));
        Assert.DoesNotContain(soon.Steps, s => s is ClusterStep.Bootstrap);
        Assert.Contains(soon.Waits, w => w.For.StartsWith("cp-2, cp-3", StringComparison.Ordinal) && w.Deadline is not null);
        var later = ClusterPlan.Next(Prod, new ClusterMemory(), new ClusterObservation(members, null), Now.AddMinutes(11));
        Assert.Equal(new ClusterStep.Bootstrap(SimulatedRack.Id("cp-1")), Assert.Single(later.Steps.OfType<ClusterStep.Bootstrap>()));
    }

    [Fact]
    public void A_machine_that_ran_with_the_clusters_keys_is_asked_before_etcd_is_made()
    {
        var seen = new ClusterObservation([Waiting("cp-1", Now), Control("cp-2", MemberStage.Unreachable)], null);
        var decision = ClusterPlan.Next(Prod, Had("cp-2", ran: true), seen, Now.AddHours(1));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Bootstrap);
        Assert.Contains(
            decision.Waits, w => w.Machine == "cp-2" && w.For.Contains("may already hold this cluster's etcd", StringComparison.Ordinal));
    }

    [Fact]
    public void With_imported_secrets_every_control_plane_machine_is_asked_before_etcd_is_made()
    {
        var seen = new ClusterObservation([Waiting("cp-1", Now), Control("cp-2", MemberStage.Absent)], null);
        var decision = ClusterPlan.Next(Prod with { SecretsMadeHere = false }, new ClusterMemory(), seen, Now.AddHours(1));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Bootstrap);
    }

    [Fact]
    public void An_etcd_that_runs_already_is_taken_over_and_nobody_is_bootstrapped()
    {
        var seen = new ClusterObservation([Waiting("cp-1", Now), Waiting("cp-2", Now) with { Etcd = EtcdState.Healthy }], null);
        var decision = ClusterPlan.Next(Prod, new ClusterMemory(), seen, Now);
        Assert.Contains(new ClusterStep.BootstrapDone(SimulatedRack.Id("cp-2")), decision.Steps);
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Bootstrap);
    }

    [Theory]
    [InlineData(MemberStage.Unreachable)]
    [InlineData(MemberStage.Absent)]
    [InlineData(MemberStage.Rebooting)]
    [InlineData(MemberStage.Maintenance)]
    public void While_the_machine_that_was_told_first_is_away_no_other_is_told(MemberStage stage)
    {
        var memory = new ClusterMemory { Bootstrap = new BootstrapMemory(SimulatedRack.Id("cp-1"), "cp-1", Now.AddDays(-1), Done: false) };
        var decision = Next(memory, Control("cp-1", stage), Waiting("cp-2", Now), Waiting("cp-3", Now));
        Assert.DoesNotContain(decision.Steps, s => s is ClusterStep.Bootstrap);
        Assert.Contains(decision.Waits, w => w.Machine == "cp-1" && w.Remedy.Contains("--instead-of cp-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cluster_without_a_control_plane_says_which_selector_fits_nothing()
    {
        var decision = ClusterPlan.Next(Prod, new ClusterMemory(), new ClusterObservation([], null), Now);
        Assert.Contains("controlPlane.selector", Assert.Single(decision.Waits).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 3, null)]
    [InlineData(3, 2, "needs 2 healthy ones, and 1 are")]
    [InlineData(2, 2, null)]
    [InlineData(1, 1, "the only member")]
    [InlineData(5, 3, "needs 3 healthy ones, and 2 are")]
    public void A_member_leaves_etcd_only_while_the_rest_has_a_majority(int voters, int healthy, string? refusal)
    {
        var members = Enumerable.Range(1, voters)
            .Select(i => Waiting($"cp-{i}", Now) with { Etcd = i <= healthy ? EtcdState.Healthy : EtcdState.Unhealthy }).ToList();
        var etcd = members.Select((m, i) => new EtcdMember((ulong)i, m.Name, false)).ToList();
        var answer = MemberRemoval.Refusal(new ClusterObservation(members, etcd), "cp-1");
        if (refusal is null)
            Assert.Null(answer);
        else
            Assert.Contains(refusal, answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_of_no_cluster_and_of_another_is_not_taken()
    {
        var cluster = Prod with { Workers = new ClusterPool(new Dictionary<string, string> { ["role"] = "worker" }, []) };
        Assert.Equal(ClusterRole.Worker, ClusterMembership.RoleOf(Machine(("role", "worker")), cluster));
        Assert.Equal(ClusterRole.Worker, ClusterMembership.RoleOf(Machine(("role", "worker"), ("cluster", "prod")), cluster));
        Assert.Null(ClusterMembership.RoleOf(Machine(("role", "worker"), ("cluster", "test")), cluster));
        Assert.Null(ClusterMembership.RoleOf(Machine(("role", "storage")), cluster));
        Assert.Null(ClusterMembership.RoleOf(Machine(), cluster));
    }

    private static Machines.Machine Machine(params (string Key, string Value)[] labels) => new()
    {
        Id = SimulatedRack.Id("m"), Name = "m", Observed = new Machines.MachineObservation { FirstSeen = Now, LastSeen = Now },
        Spec = new Machines.MachineSpec { Labels = labels.ToDictionary(l => l.Key, l => l.Value) },
    };

    private static ClusterDecision Next(ClusterMemory memory, params MemberObservation[] members) =>
        ClusterPlan.Next(Prod, memory, new ClusterObservation(members, null), Now.AddMinutes(1));

    private static MemberObservation Control(string name, MemberStage stage) =>
        new() { Machine = SimulatedRack.Id(name), Name = name, Role = ClusterRole.ControlPlane, Stage = stage, Since = Now };

    private static MemberObservation Waiting(string name, DateTimeOffset since) =>
        Control(name, MemberStage.Running) with { Etcd = EtcdState.Waiting, Since = since };

    private static ClusterMemory Had(string name, bool ran) => new()
    {
        Members = ImmutableDictionary<Machines.MachineId, MemberMemory>.Empty.Add(
            SimulatedRack.Id(name), new MemberMemory(name, ClusterRole.ControlPlane, Now, ran)),
    };
}
