using System.Net;
using BenchmarkDotNet.Attributes;
using Rackboot.Dhcp;

namespace Rackboot.Bench;

/// <summary>The lease table with a thousand leases and with a million: what a renewal costs, and a new client.</summary>
public class LeasePieces
{
    private static readonly DhcpSubnet Subnet = new()
    {
        Network = IPNetwork.Parse("10.0.0.0/8"),
        Range = new AddressRange(IPAddress.Parse("10.0.1.0"), IPAddress.Parse("10.255.255.250")),
        Mode = SubnetMode.Dhcp,
        LeaseTime = TimeSpan.FromHours(1),
    };

    private readonly LeaseTable _table = new(TimeSpan.FromMinutes(1), _ => null);
    private readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(50);
    private int _next;

    [Params(1_000, 1_000_000)]
    public int Leases { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        for (; _next < Leases; _next++)
            Take(_next);
    }

    [Benchmark]
    public uint Renew() => Take(++_next % Leases);

    private uint Take(int client)
    {
        var mac = $"52:54:00:{client >> 16 & 255:x2}:{client >> 8 & 255:x2}:{client & 255:x2}";
        var entry = _table.Choose(Subnet, LeaseClaim.OfStranger($"mac:{mac}", mac), null, 0, _now)!.Value;
        _table.Bind(entry, Subnet, mac, _now);
        entry.Lease = PackedLease.Of(new Lease
        {
            Address = DhcpMessage.ToAddress(entry.Address),
            State = LeaseState.Bound,
            Holder = entry.Holder,
            HardwareAddress = mac,
            Subnet = "10.0.0.0/8",
            Since = _now,
            Expires = entry.Expires,
        });
        return entry.Address;
    }
}
