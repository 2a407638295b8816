using System.Net;

namespace Rackboot.Core.Clouds;

/// <summary>Servers at providers over the Talos API, asked from the appliance outwards.</summary>
public interface ICloudNodes
{
    /// <summary>Gives a server that waits in maintenance mode its configuration.</summary>
    /// <returns>The fingerprint that it showed; null if Talos does not answer there yet.</returns>
    /// <exception cref="Rackboot.Cloud.CloudException">It refuses the configuration, or is not in maintenance mode.</exception>
    Task<string?> ConfigureAsync(IPAddress server, Secret configuration, CancellationToken cancel);
}
