namespace Rackboot.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Rank">What is too much for the screen is left out, the highest rank first; 0 stays.</param>
public sealed record Column(string Title, int Rank = 0);
