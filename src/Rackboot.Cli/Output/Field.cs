namespace Rackboot.Cli.Output;

/// <summary>What is shown of a thing in one column.</summary>
/// <param name="Rank">What is too much for the screen is left out, the highest rank first; 0 stays.</param>
/// <param name="Text">What stands in the column.</param>
/// <param name="Key">What the column is sorted by; the text if null.</param>
/// <param name="Ages">Whether the text changes though the thing does not.</param>
public sealed record Field<T>(string Title, int Rank, Func<T, string?> Text, Func<T, IComparable?>? Key = null, bool Ages = false);
