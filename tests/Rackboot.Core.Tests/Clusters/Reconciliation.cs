using Rackboot.Core.Clusters;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Runs the plan against a <see cref="SimulatedRack"/> as the appliance does: what a step changes is stored, the step is carried
/// out, its success is stored; and the appliance may end between any two of these.</summary>
internal sealed class Reconciliation(Cluster cluster, SimulatedRack rack)
{
    // Counts every moment at which the appliance could end.
    private int _moments;

    public Cluster Cluster { get; set; } = cluster;

    public ClusterMemory Memory { get; set; } = new();

    public ClusterDecision? Last { get; private set; }

    /// <summary>The moment at which the appliance ends, once; it starts again at the next round.</summary>
    public int? EndsAt { get; set; }

    public int Moments => _moments;

    /// <summary>The moment at which what a test is about began.</summary>
    public int Begun { get; set; }

    public void Run(int minutes)
    {
        for (var i = 0; i < minutes; i++)
        {
            Round();
            rack.Pass();
        }

        Round();
    }

    private void Round()
    {
        var seen = rack.Observe();
        Learn(seen);
        Last = ClusterPlan.Next(Cluster, Memory, seen, rack.Now);
        foreach (var step in Last.Steps)
        {
            if (Ends())
                return;
            Memory = ClusterMemoryChanges.Before(step, Memory, seen, rack.Now);
            if (Ends())
                return;
            rack.Carry(step);
            if (Ends())
                return;
            Memory = ClusterMemoryChanges.After(step, Memory, rack.Now);
        }
    }

    // The boot plane remembers a member when it hands out the configuration.
    private void Learn(ClusterObservation seen)
    {
        foreach (var member in seen.Members.Where(m => m.Stage == MemberStage.Configured))
            Memory = ClusterMemoryChanges.Joined(Memory, seen, member.Machine, rack.Now);
    }

    private bool Ends() => _moments++ == EndsAt;
}
