namespace Rackboot.Core.Clusters;

/// <summary>A machine's configuration, or its errors, which contain no secret.</summary>
/// <param name="Warnings">Valid for Talos, but an operator should know.</param>
public sealed record ComposedConfiguration(Secret? Configuration, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);
