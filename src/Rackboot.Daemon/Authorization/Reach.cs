namespace Rackboot.Daemon.Authorization;

/// <summary>What an endpoint is about, for callers who may use only the machines with certain labels.</summary>
internal enum Reach
{
    /// <summary>The whole appliance: callers with a scope are refused.</summary>
    Everything,

    /// <summary>The machine that the path calls <c>{name}</c>: callers with a scope find only theirs.</summary>
    Machine,

    /// <summary>Many machines: the endpoint itself leaves out those outside the caller's scope (<see cref="Rights.Includes"/>).</summary>
    Filtered,

    /// <summary>Nothing of any machine: everybody with the role may use it.</summary>
    Shared,
}
