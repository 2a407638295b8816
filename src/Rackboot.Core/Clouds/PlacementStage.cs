namespace Rackboot.Core.Clouds;

/// <summary>The stages of a machine at a provider.</summary>
public enum PlacementStage
{
    /// <summary>Nothing was bought.</summary>
    Planned,

    /// <summary>The purchase is stored and the order is being sent; its outcome is not known yet.</summary>
    Ordering,

    /// <summary>The order's answer never came and no list shows the server. A person must check.</summary>
    Unsure,

    /// <summary>The provider is preparing it.</summary>
    Building,
    Running,

    /// <summary>It is being released.</summary>
    Releasing,

    /// <summary>It was released and ends later, or when a person acts; it costs money until then.</summary>
    Ending,

    /// <summary>The provider no longer has it, and Rackboot did not release it.</summary>
    Lost,
}
