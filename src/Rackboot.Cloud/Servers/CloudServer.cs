using System.Net;

namespace Rackboot.Cloud;

/// <summary>A server as its provider tells it.</summary>
public sealed record CloudServer
{
    public required string Id { get; init; }

    /// <summary>The name that we gave it, with our mark; see <see cref="CloudMark"/>.</summary>
    public string Name { get; init; } = "";
    public required CloudState State { get; init; }

    /// <summary>The state in the provider's own word.</summary>
    public string Word { get; init; } = "";

    /// <summary>Null: the provider does not say.</summary>
    public bool? On { get; init; }

    /// <summary>Public ones first.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
    public string? Plan { get; init; }
    public string? Location { get; init; }
    public Money? Hourly { get; init; }

    /// <summary>Until when it is paid or when it ends, where that is settled.</summary>
    public string? Ends { get; init; }
}
