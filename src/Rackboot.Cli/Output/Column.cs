namespace Rackboot.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Rank">On a narrow screen columns are left out, highest rank first; rank 0 always stays.</param>
public sealed record Column(string Title, int Rank = 0);
