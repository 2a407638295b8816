namespace Rackboot.Lab.Rack;

/// <summary>What a virtual rack is like.</summary>
public sealed record RackPlan
{
    /// <summary>The settings of its one subnet.</summary>
    public const string Subnet =
        """
        subnets:
          - subnet: 10.20.0.0/24
            range: 10.20.0.100-10.20.0.199
            router: 10.20.0.1
            dns: [10.20.0.1]
            domain: rack1.example
            lease: 1h
        """;

    /// <summary>Of the network namespace; one rack of a name runs at a time.</summary>
    public required string Name { get; init; }

    /// <summary>Where its files are kept.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Whether they go when the rack does.</summary>
    public bool RemoveState { get; init; }

    /// <summary>Whether rackbootd knows nothing of an earlier run: the machines' disks are blank in each, so its clusters are
    /// gone.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>The directory of <c>rackbootd</c> and <c>rackboot</c>.</summary>
    public required string Programs { get; init; }

    /// <summary>The bridge's address, from which rackbootd serves.</summary>
    public string Address { get; init; } = "10.20.0.1";

    /// <summary>How many bits of <see cref="Address"/> are the network's.</summary>
    public int PrefixLength { get; init; } = 24;

    /// <summary>Its own address on the network of the BMCs, whose other addresses are theirs.</summary>
    public string BmcAddress { get; init; } = "10.30.0.1";

    /// <summary>More of the settings <c>boot</c>.</summary>
    public string BootSettings { get; init; } = "poll: 5s";

    /// <summary>The settings <c>subnets</c>, <c>machines</c> and others that are not the rack's own.</summary>
    public string Settings { get; init; } = Subnet;
}
