using Rackboot.Core.Boot;

namespace Rackboot.Core.Network;

/// <summary>A request of a card or an address that belongs to no boot: it got no answer, or was refused.</summary>
/// <param name="Text">One sentence without the sender as its subject: <c>asks for an address, and no address is free</c>.</param>
/// <param name="Count">How often.</param>
/// <param name="First">Since it happened first.</param>
/// <param name="Last">Since it happened last.</param>
public sealed record Sighting(Fact Fact, string Text, int Count, TimeSpan First, TimeSpan Last);
