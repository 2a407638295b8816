using Rackboot.Dhcp;

namespace Rackboot.Core.Boot;

/// <summary>Who asks what to boot.</summary>
/// <param name="Architecture">Option 93; null where the client did not say.</param>
public readonly record struct BootRequest(BootClient Client, ClientArchitecture? Architecture);
