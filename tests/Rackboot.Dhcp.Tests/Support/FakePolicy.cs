using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>Decides by hardware address; whoever is not listed gets <see cref="ForOthers"/>.</summary>
internal sealed class FakePolicy : IDhcpPolicy
{
    public Dictionary<string, DhcpDecision> Machines { get; } = [];

    public DhcpDecision ForOthers { get; set; } = new();

    public DhcpClient? LastAsked { get; private set; }

    public DhcpDecision Decide(DhcpClient client)
    {
        LastAsked = client;
        return Machines.GetValueOrDefault(client.HardwareAddress, ForOthers);
    }

    public string? ReservedFor(IPAddress address) => Machines.Values.FirstOrDefault(d => address.Equals(d.ReservedAddress))?.Holder;

    /// <summary>Whether no other machine has a reservation for <paramref name="address"/>.</summary>
    public bool MayHave(string address, DhcpClient client) =>
        ReservedFor(IPAddress.Parse(address)) is not { } owner || owner == Machines.GetValueOrDefault(client.HardwareAddress)?.Holder;

    /// <summary>A known machine, with as many hardware addresses as are given.</summary>
    public void Know(string holder, string? reserved, params string[] macs)
    {
        foreach (var mac in macs)
            Machines[mac] = new DhcpDecision
            {
                Holder = holder, ReservedAddress = reserved is null ? null : IPAddress.Parse(reserved), Boot = ForOthers.Boot,
            };
    }
}
