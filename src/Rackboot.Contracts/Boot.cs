namespace Rackboot.Contracts;

/// <summary>One power-on of a machine, as far as the appliance saw it.</summary>
public sealed record Boot
{
    /// <summary>Id of the boot.</summary>
    public required string Id { get; init; }

    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary>When the machine powered on, as far as the appliance saw it.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When its last packet arrived.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>The latest stage it reached.</summary>
    public required BootStage Stage { get; init; }

    /// <summary>The state of the boot.</summary>
    public required BootOutcome Outcome { get; init; }

    /// <summary>What is happening now, or why it stopped, in plain words.</summary>
    public required string Now { get; init; }

    /// <summary>Firmware: <c>bios</c>, <c>uefi-pxe</c> or <c>uefi-http</c>; none while unknown.</summary>
    public string? Firmware { get; init; }

    /// <summary>Architecture as Talos names it.</summary>
    public string? Architecture { get; init; }

    /// <summary>Profile that it boots.</summary>
    public string? Profile { get; init; }

    /// <summary>When each stage was reached.</summary>
    public required IReadOnlyDictionary<BootStage, DateTimeOffset> Stages { get; init; }

    /// <summary>Its timeline; only in answers with a single boot.</summary>
    public IReadOnlyList<TimelineEntry>? Timeline { get; init; }
}

/// <summary>The stages of a network boot, in order.</summary>
public enum BootStage
{
    /// <summary>The firmware asked for an address and a boot file.</summary>
    Firmware,

    /// <summary>The firmware fetches iPXE, by TFTP or HTTP.</summary>
    Program,

    /// <summary>iPXE runs.</summary>
    Ipxe,

    /// <summary>iPXE fetched its script.</summary>
    Script,

    /// <summary>iPXE fetches kernel and initramfs.</summary>
    Kernel,

    /// <summary>The operating system is running and asked for an address.</summary>
    System,

    /// <summary>It fetched its whole machine configuration.</summary>
    Configured,

    /// <summary>The operating system reported that it runs.</summary>
    Reported,
}

/// <summary>The state of a boot.</summary>
public enum BootOutcome
{
    /// <summary>In progress.</summary>
    Running,

    /// <summary>The machine waits at the network stage for an operator.</summary>
    Waiting,

    /// <summary>The machine was sent to its disk.</summary>
    Disk,

    /// <summary>It booted and reported.</summary>
    Succeeded,

    /// <summary>It cannot continue; <c>now</c> says why.</summary>
    Failed,

    /// <summary>No packet arrived for longer than its stage allows.</summary>
    Stalled,

    /// <summary>The machine was powered on again before this boot ended.</summary>
    Superseded,
}

/// <summary>One fact on the timeline of a boot.</summary>
/// <param name="Time">When it happened.</param>
/// <param name="Stage">The stage that the boot was in.</param>
/// <param name="Source"><c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>ipxe</c>, <c>config</c>, <c>talos</c> or <c>operator</c>.</param>
/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Text">What happened, in plain words.</param>
public sealed record TimelineEntry(DateTimeOffset Time, BootStage Stage, string Source, string Level, string Text);
