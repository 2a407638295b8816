using System.Text.Json.Serialization;
using Rackboot.Core.Events;

namespace Rackboot.Core.Boot;

/// <summary>One fact on the timeline of a boot.</summary>
/// <param name="Source">Its origin: <c>dhcp</c>, <c>tftp</c>, <c>http</c>, <c>ipxe</c>, <c>config</c>, <c>talos</c>,
/// <c>rackboot</c>.</param>
public sealed record TimelineEntry(DateTimeOffset Time, BootStage Stage, string Source, Level Level, string Text)
{
    // The store has a great many of these: what most of them do not have is left out.

    /// <summary>Its meaning, for explain.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public FactKind Kind { get; init; }

    /// <summary>The subject of <see cref="Kind"/>.</summary>
    public string? About { get; init; }

    /// <summary>It is progress: a stage, or bytes of a file.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Progress { get; init; }

    /// <summary>Time since the boot began, by the monotonic clock; null in a store of an earlier version.</summary>
    public TimeSpan? After { get; init; }
}
