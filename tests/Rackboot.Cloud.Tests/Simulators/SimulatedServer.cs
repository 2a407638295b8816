namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A server at a simulated provider.</summary>
internal sealed class SimulatedServer(string id, string name, string plan, string location, DateTimeOffset made)
{
    public string Id { get; } = id;
    public string Name { get; set; } = name;
    public string Plan { get; } = plan;
    public string Location { get; } = location;
    public DateTimeOffset Made { get; } = made;
    public bool On { get; set; } = true;
    public DateTimeOffset? Deleted { get; set; }

    /// <summary>What it was told to boot.</summary>
    public string? Boot { get; set; }

    /// <summary>The provider says that it failed.</summary>
    public bool Failed { get; set; }
    public bool Rescue { get; set; }
    public string Address { get; set; } = $"198.51.100.{10 + name.Sum(c => c) % 200}";
}
