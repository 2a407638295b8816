using System.Net;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>What a stand-in node is before anything happens to it.</summary>
public sealed record TalosNodeOptions
{
    /// <summary>Where its API listens; port 0 takes a free one, and Talos's own is 50000.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The release that was booted from the network.</summary>
    public string Version { get; init; } = "v1.13.9";

    /// <summary>The name it has until its configuration gives it one.</summary>
    public string Hostname { get; init; } = "talos-stand-in";

    public Guid Uuid { get; init; } = Guid.NewGuid();

    /// <summary>Its disks; the first is installed to unless the configuration names another.</summary>
    public IReadOnlyList<string> Disks { get; init; } = ["/dev/nvme0n1", "/dev/sda"];

    /// <summary>The network namespace that it listens in and publishes from; null is the machine's, or this process's own.</summary>
    public string? Network { get; init; }

    /// <summary>The machine that it is, in a virtual rack; null is a node without one, which is on from the beginning.</summary>
    public NodeMachine? Machine { get; init; }

    /// <summary>Where it publishes its events, <c>http://host:port/</c>; null publishes none.</summary>
    public Uri? EventSink { get; init; }
}
