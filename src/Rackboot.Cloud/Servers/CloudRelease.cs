namespace Rackboot.Cloud;

/// <summary>What became of giving a server back.</summary>
public abstract record CloudRelease
{
    private CloudRelease()
    {
    }

    /// <summary>The provider took it back, or is about to.</summary>
    public sealed record Done : CloudRelease;

    /// <summary>It ends later and costs until then.</summary>
    public sealed record Scheduled(string When) : CloudRelease;

    /// <summary>It goes on costing until somebody acts.</summary>
    public sealed record NeedsPerson(string What) : CloudRelease;
}
