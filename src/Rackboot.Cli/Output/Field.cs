namespace Rackboot.Cli.Output;

/// <summary>One column of a listing.</summary>
/// <param name="Rank">On a narrow screen columns are left out, highest rank first; rank 0 always stays.</param>
/// <param name="Text">The cell's text.</param>
/// <param name="Key">The sort key; the text if null.</param>
/// <param name="Ages">Whether the text changes with time while the thing does not.</param>
public sealed record Field<T>(string Title, int Rank, Func<T, string?> Text, Func<T, IComparable?>? Key = null, bool Ages = false);
