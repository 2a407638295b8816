namespace Rackboot.Talos.Configuration.Generation;

/// <summary>A mirror of a registry.</summary>
/// <param name="Url">Its address, <c>http://10.20.0.1:8080</c>.</param>
/// <param name="OverridePath">Whether the address is complete, so that Talos does not append <c>/v2</c>.</param>
public sealed record RegistryEndpoint(string Url, bool OverridePath = false);
