namespace Rackboot.Core.Boot;

/// <summary>Settings of the boot plane; replaced as a whole when the configuration is reloaded.</summary>
/// <param name="Poll">How often a waiting machine asks again.</param>
/// <param name="ConfigGrace">How long after a complete delivery a retry for the machine configuration is answered.</param>
/// <param name="HttpPort">The HTTP port of the boot plane.</param>
/// <param name="LogPort">The port for machines' kernel logs; null: none.</param>
/// <param name="EventPort">The port for events of cluster machines; null: none.</param>
public sealed record BootSettings(
    MachinePolicy Policy, TimeSpan Poll, TimeSpan ConfigGrace, int HttpPort, int? LogPort, int? EventPort = null)
{
    /// <summary>The base URL of the boot plane at <paramref name="address"/>.</summary>
    public string Server(string address) => HttpPort == 80 ? $"http://{address}" : $"http://{address}:{HttpPort}";
}
