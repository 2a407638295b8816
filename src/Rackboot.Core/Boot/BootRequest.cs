using Rackboot.Dhcp;

namespace Rackboot.Core.Boot;

/// <summary>A machine's request for its boot.</summary>
/// <param name="Architecture">Option 93; null if the client sent none.</param>
public readonly record struct BootRequest(BootClient Client, ClientArchitecture? Architecture);
