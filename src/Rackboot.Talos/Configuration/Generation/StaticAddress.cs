namespace Rackboot.Talos.Configuration.Generation;

/// <summary>A machine's fixed address.</summary>
/// <param name="Mac">The permanent MAC address of its network card; link names can change.</param>
/// <param name="Address">The address with its prefix length, <c>10.20.0.21/24</c>.</param>
/// <param name="Gateway">The default gateway, or null.</param>
/// <param name="NameServers">DNS servers.</param>
public sealed record StaticAddress(string Mac, string Address, string? Gateway, IReadOnlyList<string> NameServers)
{
    /// <summary>An address that the control plane machines share, or null.</summary>
    public string? Shared { get; init; }
}
