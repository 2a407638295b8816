using System.Net;

namespace Rackboot.Core.Clouds;

/// <summary>Servers at providers over the Talos API, asked from the appliance outwards.</summary>
public interface ICloudNodes
{
    /// <summary>Pushes the configuration to a server in maintenance mode.</summary>
    /// <returns>The fingerprint that it presented; null if Talos does not answer there yet.</returns>
    /// <exception cref="Rackboot.Cloud.CloudException">It rejects the configuration, or is not in maintenance mode.</exception>
    Task<string?> ConfigureAsync(IPAddress server, Secret configuration, CancellationToken cancel);
}
