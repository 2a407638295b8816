using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>What is to be done about a placement now.</summary>
public abstract record PlacementStep
{
    private PlacementStep()
    {
    }

    public static PlacementStep Wait { get; } = new Waits();

    /// <summary>Nothing.</summary>
    public sealed record Waits : PlacementStep;

    /// <summary>Ask what it would cost.</summary>
    public sealed record AskPrice : PlacementStep;

    /// <summary>Take over a server that is rented already.</summary>
    public sealed record Adopt(string Server) : PlacementStep;

    /// <summary>Buy it, with a mark that no order had.</summary>
    public sealed record Order : PlacementStep;

    /// <summary>The server of the order was found.</summary>
    public sealed record Found(CloudServer Server) : PlacementStep;

    /// <summary>A list after the order does not show it.</summary>
    public sealed record NotListed : PlacementStep;

    /// <summary>It was looked for long enough.</summary>
    public sealed record Doubt : PlacementStep;

    public sealed record Note(CloudServer Server) : PlacementStep;

    /// <summary>The list does not show a server that was there: ask for it by its id.</summary>
    public sealed record AskAfter(string Server) : PlacementStep;

    public sealed record GiveBack(string Server) : PlacementStep;

    /// <summary>It is over.</summary>
    public sealed record Close(string Why) : PlacementStep;
}
