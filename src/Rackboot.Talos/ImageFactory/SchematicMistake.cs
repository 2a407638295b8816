namespace Rackboot.Talos.ImageFactory;

/// <summary>An error in a schematic.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Path">The member, <c>customization.meta[0].key</c>; empty for the whole document.</param>
/// <param name="Message">What is wrong and what is allowed instead.</param>
public sealed record SchematicMistake(int Line, string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? $"line {Line}: {Message}" : $"line {Line}: {Path}: {Message}";
}
