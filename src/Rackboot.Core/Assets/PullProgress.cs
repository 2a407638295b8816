namespace Rackboot.Core.Assets;

/// <summary>The progress of a pull with one file.</summary>
/// <param name="Name">The asset's name, or <c>schematic</c>.</param>
/// <param name="Text">One sentence: what it waits for, its result, or the failure and its remedy.</param>
/// <param name="Total">Null until the server has sent it.</param>
public sealed record PullProgress(string Name, PullStep Step, string Text, long Bytes, long? Total);
