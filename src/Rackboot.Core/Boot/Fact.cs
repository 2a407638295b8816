namespace Rackboot.Core.Boot;

/// <summary>What an entry of a timeline means to whoever reasons about the boot.</summary>
/// <param name="About">What it is about: a file, a server, an address, a message; null if nothing in particular.</param>
public readonly record struct Fact(FactKind Kind, string? About = null);
