using System.Net;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The machine of a virtual rack that a stand-in node answers for.</summary>
/// <param name="Network">The network namespace that it is in.</param>
/// <param name="Address">Its own address there; what reaches its port 50000 it passes on to the node.</param>
public sealed record NodeMachine(string Network, IPAddress Address);
