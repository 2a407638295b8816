using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>A server with one of our marks that belongs to no machine.</summary>
public sealed record CloudOrphan(string Provider, CloudServer Server);
