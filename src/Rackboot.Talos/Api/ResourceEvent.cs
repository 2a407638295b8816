namespace Rackboot.Talos.Api;

/// <summary>A change of a resource.</summary>
/// <param name="Resource">The resource as changed, or as it was when deleted; null for <see cref="ResourceChange.Bootstrapped"/>.</param>
public sealed record ResourceEvent(ResourceChange Change, TalosResource? Resource);
