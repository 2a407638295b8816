namespace Rackboot.Core.Boot;

/// <summary>The meaning of a timeline entry, for explain.</summary>
/// <param name="About">Its subject: a file, a server, an address, a message; null if none.</param>
public readonly record struct Fact(FactKind Kind, string? About = null);
