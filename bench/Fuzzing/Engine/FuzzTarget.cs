namespace Rackboot.Fuzzing.Engine;

/// <summary>One parser.</summary>
/// <param name="Name">As in the command and of the file of its corpus.</param>
/// <param name="Parses">Where the code is: the assemblies whose words are tried. Coverage counts in all.</param>
/// <param name="Run">Parses an input, and throws where something about the outcome is not as promised.</param>
public sealed record FuzzTarget(string Name, string Parses, Action<byte[]> Run)
{
    /// <summary>Sound inputs to begin with.</summary>
    public required IReadOnlyList<byte[]> Seeds { get; init; }

    /// <summary>How the parser refuses, where it does so by an exception that its documentation names.</summary>
    public IReadOnlyList<Type> Refusals { get; init; } = [];

    public int MostBytes { get; init; } = 4096;

    /// <summary>What one input may cost.</summary>
    public int MostMegabytes { get; init; } = 32;

    public TimeSpan MostTime { get; init; } = TimeSpan.FromSeconds(1);

    public override string ToString() => Name;
}
