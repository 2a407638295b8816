using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>A server with a mark of ours that is no machine here.</summary>
public sealed record CloudOrphan(string Provider, CloudServer Server);
