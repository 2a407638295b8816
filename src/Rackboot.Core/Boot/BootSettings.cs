namespace Rackboot.Core.Boot;

/// <summary>How the boot plane behaves; replaced as a whole when the configuration is loaded again.</summary>
/// <param name="Poll">How often a waiting machine asks again.</param>
/// <param name="ConfigGrace">How long after a complete delivery a retry for the machine configuration is answered.</param>
/// <param name="HttpPort">Where the boot plane serves HTTP.</param>
/// <param name="LogPort">Where machines send their kernel logs; null if they are not to.</param>
/// <param name="EventPort">Where machines of clusters send their events; null if they are not to.</param>
public sealed record BootSettings(
    MachinePolicy Policy, TimeSpan Poll, TimeSpan ConfigGrace, int HttpPort, int? LogPort, int? EventPort = null)
{
    /// <summary>The boot plane as a machine reaches it at <paramref name="address"/>.</summary>
    public string Server(string address) => HttpPort == 80 ? $"http://{address}" : $"http://{address}:{HttpPort}";
}
