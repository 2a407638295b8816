using Rackboot.Cli.Output;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>What to list, and how.</summary>
public sealed record ListRequest
{
    /// <summary>Only these names; empty for all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The selection. The daemon selects machines; for short lists labels are matched here.</summary>
    public MachineQuery Query { get; init; } = new();

    /// <summary>For boots: only those of this machine.</summary>
    public string? Machine { get; init; }

    public OutputFormat Format { get; init; }

    /// <summary>The column to sort by; null leaves the daemon's order.</summary>
    public string? SortBy { get; init; }

    public bool ShowLabels { get; init; }
    public bool Watch { get; init; }

    /// <summary>Whether the request selects everything.</summary>
    public bool IsAll => this == new ListRequest { Names = Names, Format = Format, SortBy = SortBy, ShowLabels = ShowLabels,
        Watch = Watch } && Names.Count == 0;
}
