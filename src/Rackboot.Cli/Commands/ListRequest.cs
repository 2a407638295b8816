using Rackboot.Cli.Output;
using Rackboot.Contracts.Selection;

namespace Rackboot.Cli.Commands;

/// <summary>What is to be listed, and how.</summary>
public sealed record ListRequest
{
    /// <summary>Only these; empty is all.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Which of all; the daemon chooses machines, and labels are looked at here for short lists.</summary>
    public MachineQuery Query { get; init; } = new();

    /// <summary>Of boots: only those of this machine.</summary>
    public string? Machine { get; init; }

    public OutputFormat Format { get; init; }

    /// <summary>The column to sort by; null leaves the daemon's order.</summary>
    public string? SortBy { get; init; }

    public bool ShowLabels { get; init; }
    public bool Watch { get; init; }

    /// <summary>Whether all there is was asked for.</summary>
    public bool IsAll => this == new ListRequest { Names = Names, Format = Format, SortBy = SortBy, ShowLabels = ShowLabels,
        Watch = Watch } && Names.Count == 0;
}
