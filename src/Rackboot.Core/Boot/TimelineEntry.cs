using Rackboot.Core.Events;

namespace Rackboot.Core.Boot;

/// <summary>One fact on the timeline of a boot.</summary>
/// <param name="Source">What it was seen through: <c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>ipxe</c>, <c>config</c>, <c>talos</c>,
/// <c>rackboot</c>.</param>
public sealed record TimelineEntry(DateTimeOffset Time, BootStage Stage, string Source, Level Level, string Text)
{
    /// <summary>What it means to whoever reasons about the boot.</summary>
    public FactKind Kind { get; init; }

    /// <summary>What <see cref="Kind"/> is about.</summary>
    public string? About { get; init; }

    /// <summary>The boot came further by it: a stage, or bytes of a file.</summary>
    public bool Progress { get; init; }

    /// <summary>Since the boot began, by the monotonic clock; null in a store of an earlier version.</summary>
    public TimeSpan? After { get; init; }
}
