using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>Which machine was told to make the cluster's etcd. There is never another one: a second would make a second cluster.</summary>
/// <param name="Done">etcd was seen running since.</param>
public sealed record BootstrapMemory(MachineId Machine, string Name, DateTimeOffset At, bool Done);
