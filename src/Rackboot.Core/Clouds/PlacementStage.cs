namespace Rackboot.Core.Clouds;

/// <summary>How far a machine is on its way to a provider and back.</summary>
public enum PlacementStage
{
    /// <summary>Nothing was bought.</summary>
    Planned,

    /// <summary>The intent is stored and the order leaves; whether the provider carries it out is not known yet.</summary>
    Ordering,

    /// <summary>The order's answer never came and no list shows the server. A person has to look.</summary>
    Unsure,

    /// <summary>The provider has it and makes it ready.</summary>
    Building,
    Running,

    /// <summary>It is being given back.</summary>
    Releasing,

    /// <summary>It was given back and ends later, or when a person acts; it costs until then.</summary>
    Ending,

    /// <summary>The provider knows it no more, and nobody gave it back here.</summary>
    Lost,
}
