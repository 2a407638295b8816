namespace Rackboot.Core.Assets;

/// <summary>How far a pull is with one file.</summary>
/// <param name="Name">The asset's name, or <c>schematic</c>.</param>
/// <param name="Text">One sentence: what is waited for, how it ended, or why it failed and what to do.</param>
/// <param name="Total">Null until the server has said it.</param>
public sealed record PullProgress(string Name, PullStep Step, string Text, long Bytes, long? Total);
