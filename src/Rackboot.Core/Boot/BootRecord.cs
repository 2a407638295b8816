using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>One power-on of a machine, as observed.</summary>
public sealed record BootRecord
{
    public required string Id { get; init; }
    public required MachineId Machine { get; init; }
    public required string MachineName { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required DateTimeOffset Updated { get; init; }
    public BootStage Stage { get; init; }
    public BootOutcome Outcome { get; init; }

    /// <summary>Its current step, or why it stopped.</summary>
    public string Now { get; init; } = "";

    /// <summary><c>bios</c>, <c>uefi-pxe</c>, <c>uefi-http</c>.</summary>
    public string? Firmware { get; init; }
    public string? Architecture { get; init; }
    public string? Profile { get; init; }
    public ImmutableSortedDictionary<BootStage, DateTimeOffset> Stages { get; init; } =
        ImmutableSortedDictionary<BootStage, DateTimeOffset>.Empty;

    /// <summary>The subnet of its DHCP requests.</summary>
    public string? Subnet { get; init; }

    /// <summary>The files that it fetches, by name.</summary>
    public ImmutableSortedDictionary<string, BootFile> Files { get; init; } = ImmutableSortedDictionary<string, BootFile>.Empty;

    /// <summary>How often it asked for an address since its last progress.</summary>
    public int Asks { get; init; }

    /// <summary>SHA-256 of the token that this boot's configuration is served for; null if it has none.</summary>
    public string? TokenSha256 { get; init; }

    /// <summary>When the configuration was first delivered completely.</summary>
    public DateTimeOffset? ConfigDelivered { get; init; }

    /// <summary>Number of its timeline entries.</summary>
    public int Entries { get; init; }

    /// <summary>Their approximate disk space.</summary>
    public long Bytes { get; init; }

    /// <summary>When another boot followed it, or its machine was deleted; null while it is the machine's newest.</summary>
    public DateTimeOffset? Ended { get; init; }

    public bool IsOver => Outcome is BootOutcome.Superseded or BootOutcome.Succeeded or BootOutcome.Disk or BootOutcome.Failed;
}
