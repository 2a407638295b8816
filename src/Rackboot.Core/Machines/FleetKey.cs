using System.Net;
using System.Runtime.InteropServices;
using Rackboot.Dhcp;

namespace Rackboot.Core.Machines;

/// <summary>A key of the indexes in <see cref="Fleet"/>. Numbers where possible: looking up the sender of a packet creates
/// no text, and a hundred thousand machines store none.</summary>
internal readonly record struct FleetKey
{
    private readonly Sort _sort;
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly string? _text;

    private FleetKey(Sort sort, ulong high, ulong low, string? text) => (_sort, _high, _low, _text) = (sort, high, low, text);

    private enum Sort : byte
    {
        Mac,
        Uuid,
        Serial,
        Address,
        Bmc,
    }

    /// <summary>The machine merely showed it; the operator did not say it.</summary>
    public bool IsSeen { get; init; }

    public static FleetKey Of(MacAddress mac) => new(Sort.Mac, 0, mac.Number, null);

    /// <param name="uuid">As <see cref="SystemUuid.Canonical"/> has it.</param>
    public static FleetKey Of(Guid uuid)
    {
        var numbers = MemoryMarshal.Cast<Guid, ulong>(new ReadOnlySpan<Guid>(in uuid));
        return new FleetKey(Sort.Uuid, numbers[0], numbers[1], null);
    }

    public static FleetKey Of(IPAddress address) =>
        DhcpMessage.ToNumber(address) is not 0 and var number ? new FleetKey(Sort.Address, 0, number, null)
            : new FleetKey(Sort.Address, 0, 0, address.ToString());

    /// <param name="serial">As <see cref="SystemSerial.Canonical"/> has it.</param>
    public static FleetKey OfSerial(string serial) => new(Sort.Serial, 0, 0, serial);

    public static FleetKey OfBmc(string machine) => new(Sort.Bmc, 0, 0, machine);

    public FleetKey Seen() => this with { IsSeen = true };

    public override int GetHashCode() => HashCode.Combine(_sort, IsSeen, _high, _low, _text);

    /// <summary><c>mac:52:54:00:00:01:04</c>, <c>uuid:…</c>, <c>serial:…</c>, <c>address:…</c> or <c>bmc:…</c>.</summary>
    public override string ToString() => _sort switch
    {
        Sort.Mac => $"mac:{MacAddress.Of(_low)}",
        Sort.Uuid => $"uuid:{MemoryMarshal.Cast<ulong, Guid>([_high, _low])[0]}",
        Sort.Serial => $"serial:{_text}",
        Sort.Address => $"address:{_text ?? DhcpMessage.ToAddress((uint)_low).ToString()}",
        _ => $"bmc:{_text}",
    };
}
