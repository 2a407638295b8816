namespace Rackboot.Cloud;

/// <summary>A server that is wanted.</summary>
/// <param name="Name">With its mark (<see cref="CloudMark"/>).</param>
/// <param name="Plan">As the provider's API takes it; <paramref name="Location"/> likewise.</param>
/// <param name="Boot">What it boots first.</param>
public sealed record CloudOrder(string Name, string Plan, string Location, CloudBoot Boot)
{
    public string Mark => CloudMark.Of(Name) ?? throw new InvalidOperationException($"{Name} has no mark");

    /// <summary>Short words that are shown beside the server where the provider has tags.</summary>
    public IReadOnlyList<string> Tags => ["rackboot", Mark];
}
