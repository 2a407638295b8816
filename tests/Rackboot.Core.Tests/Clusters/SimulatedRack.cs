using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>Machines that behave as Talos nodes do toward the plan's steps, and complain when a step would harm the cluster.</summary>
internal sealed class SimulatedRack(string talos = "v1.13.9", string kubernetes = "v1.36.3")
{
    private readonly Dictionary<string, Node> _nodes = [];

    public DateTimeOffset Now { get; private set; } = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    /// <summary>Every machine that made an etcd of its own.</summary>
    public List<string> Bootstrapped { get; } = [];

    public List<string> Done { get; } = [];

    public int Snapshots { get; private set; }

    /// <summary>Of which version of the document the machines' configurations should be, and whether they restart for it.</summary>
    public (long Version, bool Restarts) Wanted { get; set; }

    public static MachineId Id(string name) => new(name);

    public void Add(string name, ClusterRole role) => _nodes.Add(name, new Node { Name = name, Role = role, Since = Now });

    public Node this[string name] => _nodes[name];

    public ClusterObservation Observe()
    {
        var voters = _nodes.Values.Where(n => n.InEtcd).ToList();
        var answers = voters.Any(n => n.Stage == MemberStage.Running);
        return new ClusterObservation([.. _nodes.Values.OrderBy(n => n.Name, StringComparer.Ordinal)
            .Select(n => n.Observe(Quorum(), Wanted.Version, Wanted.Restarts))],
            answers ? [.. voters.Select(n => new EtcdMember((ulong)n.Name.GetHashCode(StringComparison.Ordinal), n.Name, n.Joining))]
                : null);
    }

    public void Carry(ClusterStep step)
    {
        Done.Add(step.ToString()!);
        switch (step)
        {
            case ClusterStep.Arm arm:
                Node(arm.Machine).Armed = true;
                break;
            case ClusterStep.Bootstrap bootstrap when !Node(bootstrap.Machine).InEtcd: // else Talos answers AlreadyExists
                Bootstrapped.Add(bootstrap.Machine.Value);
                Node(bootstrap.Machine).InEtcd = true;
                break;
            case ClusterStep.UpgradeTalos upgrade:
                Restart(upgrade.Machine, MemberStage.Upgrading);
                Node(upgrade.Machine).Talos = upgrade.Version;
                break;
            case ClusterStep.UpgradeKubernetes upgrade:
                Node(upgrade.Machine).Kubernetes[upgrade.Component] = upgrade.Version;
                break;
            case ClusterStep.Reconfigure change:
                Node(change.Machine).Configuration = Wanted.Version;
                if (change.Mode == Talos.Api.ApplyMode.Auto)
                    Restart(change.Machine, MemberStage.Rebooting);
                break;
            case ClusterStep.RemoveEtcdMember remove:
                Assert.True(Quorum(), "a member was removed through an etcd without a majority");
                Node(remove.Machine).InEtcd = false;
                break;
            case ClusterStep.Reset reset:
                Node(reset.Machine).InEtcd = false;
                Restart(reset.Machine, MemberStage.Resetting);
                break;
            case ClusterStep.ForgetNode forget:
                Assert.False(Node(forget.Machine).InEtcd, "a member of etcd was forgotten");
                _nodes.Remove(forget.Machine.Value);
                break;
            case ClusterStep.Snapshot:
                Snapshots++;
                break;
        }
    }

    /// <summary>A minute passes.</summary>
    public void Pass()
    {
        Now += TimeSpan.FromMinutes(1);
        foreach (var node in _nodes.Values.Where(n => !n.Dead))
            node.Pass(Now, talos, kubernetes, Bootstrapped.Count > 0 && Quorum());
    }

    private Node Node(MachineId id) => _nodes[id.Value];

    // Taking one away must leave the others a majority.
    private void Restart(MachineId id, MemberStage stage)
    {
        var node = Node(id);
        node.Move(stage, Now);
        var voters = _nodes.Values.Where(n => n.InEtcd).ToList();
        if (node.Role == ClusterRole.ControlPlane && voters.Count > 2)
            Assert.True(Quorum(), $"etcd lost its majority with {node.Name}");
        Assert.True(voters.Count(n => n.Stage is MemberStage.Upgrading or MemberStage.Rebooting) <= 1,
            "two control-plane machines restart at once");
    }

    private bool Quorum()
    {
        var voters = _nodes.Values.Where(n => n.InEtcd).ToList();
        return voters.Count(n => n is { Stage: MemberStage.Running, Dead: false }) > voters.Count / 2;
    }
}
