using System.Net;
using System.Net.NetworkInformation;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Storm;

/// <summary>A synthetic machine: what it is known by, and what is wrong with it.</summary>
internal sealed record StormMachine
{
    private const int MachinesOfRack = 40;

    /// <summary>From 0.</summary>
    public required int Number { get; init; }

    public required MachineFirmware Firmware { get; init; }

    public required MachineFault Fault { get; init; }

    /// <summary>What its board says; a clone's is another machine's.</summary>
    public required Guid Uuid { get; init; }

    public string Name => $"storm-{Number:d5}";

    public string Rack => $"r{Number / MachinesOfRack + 1}";

    public string Serial => $"STORM-{Number:d5}";

    /// <summary>Locally administered, with the machine's number in it.</summary>
    public PhysicalAddress Card => new([0x02, 0x72, 0x62, (byte)(Number >> 16), (byte)(Number >> 8), (byte)Number]);

    public string Mac => string.Join(':', Card.GetAddressBytes().Select(b => $"{b:x2}"));

    public IPAddress Bmc => Frame.Address(Frame.Number(HallNetwork.Bmcs.BaseAddress) + 1 + (uint)Number);

    /// <summary>The UUID of the board of a machine.</summary>
    public static Guid UuidOf(int number) => new($"72620000-0000-4000-8000-{number:x12}");
}
