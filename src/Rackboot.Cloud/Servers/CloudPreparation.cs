namespace Rackboot.Cloud;

/// <summary>Whether an order can be placed.</summary>
public abstract record CloudPreparation
{
    private CloudPreparation()
    {
    }

    /// <param name="Reference">The provider's id of what was made ready; null if nothing had to be.</param>
    public sealed record Ready(string? Reference) : CloudPreparation;

    /// <summary>The provider works on it.</summary>
    public sealed record Waiting(string For) : CloudPreparation;
}
