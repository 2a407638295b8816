using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>The machine that was told to bootstrap etcd. There is never another one: it would create a second cluster.</summary>
/// <param name="Done">etcd was seen running since.</param>
public sealed record BootstrapMemory(MachineId Machine, string Name, DateTimeOffset At, bool Done);
