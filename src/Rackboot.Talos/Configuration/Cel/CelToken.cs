namespace Rackboot.Talos.Configuration.Cel;

/// <summary>A token of an expression.</summary>
/// <param name="Kind">n: name, i: integer, u: unsigned, d: double, s: text, y: bytes, o: operator, e: end.</param>
/// <param name="Text">Its text.</param>
/// <param name="At">Its position, from 1.</param>
internal readonly record struct CelToken(char Kind, string Text, int At);
