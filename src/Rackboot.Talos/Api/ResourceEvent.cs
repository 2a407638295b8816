namespace Rackboot.Talos.Api;

/// <summary>A change of a resource.</summary>
/// <param name="Resource">As it is now, or was before it went; null for <see cref="ResourceChange.Bootstrapped"/>.</param>
public sealed record ResourceEvent(ResourceChange Change, TalosResource? Resource);
