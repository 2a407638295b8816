using Rackboot.Core.Boot;

namespace Rackboot.Daemon.Traces;

/// <summary>A part of a boot that took time.</summary>
internal sealed record TraceSpan
{
    /// <summary>What it is, with few different values: <c>boot</c>, <c>kernel</c>, <c>tftp ipxe.efi</c>.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    public IReadOnlyList<(string Name, object? Value)> Attributes { get; init; } = [];

    /// <summary>The timeline in it.</summary>
    public IReadOnlyList<(DateTimeOffset At, TimelineEntry Entry)> Entries { get; init; } = [];

    /// <summary>Why it failed; null if it did not.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<TraceSpan> Parts { get; init; } = [];
}
