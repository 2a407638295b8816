using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The next step of a placement.</summary>
public abstract record PlacementStep
{
    private PlacementStep()
    {
    }

    public static PlacementStep Wait { get; } = new Waits();

    /// <summary>Nothing.</summary>
    public sealed record Waits : PlacementStep;

    /// <summary>Ask for its price.</summary>
    public sealed record AskPrice : PlacementStep;

    /// <summary>Adopt an already rented server.</summary>
    public sealed record Adopt(string Server) : PlacementStep;

    /// <summary>Buy it, with a new mark.</summary>
    public sealed record Order : PlacementStep;

    /// <summary>The server of the order was found.</summary>
    public sealed record Found(CloudServer Server) : PlacementStep;

    /// <summary>A list after the order does not show it.</summary>
    public sealed record NotListed : PlacementStep;

    /// <summary>The search for it timed out.</summary>
    public sealed record Doubt : PlacementStep;

    public sealed record Note(CloudServer Server) : PlacementStep;

    /// <summary>The list no longer shows the server: ask for it by its id.</summary>
    public sealed record AskAfter(string Server) : PlacementStep;

    public sealed record GiveBack(string Server) : PlacementStep;

    /// <summary>It is over.</summary>
    public sealed record Close(string Why) : PlacementStep;
}
