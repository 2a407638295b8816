namespace Rackboot.Core.Clusters;

/// <summary>A machine's configuration, or what is wrong with it. No mistake shows a secret.</summary>
/// <param name="Warnings">What Talos takes, and somebody should know.</param>
public sealed record ComposedConfiguration(Secret? Configuration, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);
