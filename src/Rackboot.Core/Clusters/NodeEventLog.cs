using System.Collections.Concurrent;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>The nodes' messages over the event sink since their last start.</summary>
public sealed class NodeEventLog
{
    private readonly ConcurrentDictionary<MachineId, NodeEvents> _said = new();

    public NodeEvents Of(MachineId machine) => _said.GetValueOrDefault(machine, NodeEvents.None);

    public void Change(MachineId machine, Func<NodeEvents, NodeEvents> change) =>
        _said.AddOrUpdate(machine, _ => change(NodeEvents.None), (_, said) => change(said));

    /// <summary>The machine restarts: clears its earlier messages.</summary>
    public void Forget(MachineId machine) => _said.TryRemove(machine, out _);
}
