using System.Net;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>iPXE asks for its machine's script.</summary>
/// <param name="Identity">Who the machine says it is.</param>
/// <param name="Firmware">iPXE's <c>platform</c>: BIOS or UEFI.</param>
/// <param name="Architecture">iPXE's <c>buildarch</c> as Talos names it.</param>
/// <param name="Source">Where it asks from.</param>
/// <param name="Device">The interface that it came in over.</param>
/// <param name="ServerAddress">The address it asked at.</param>
public sealed record ScriptRequest(
    MachineIdentity Identity, FirmwareKind? Firmware, string? Architecture, IPAddress Source, string Device, IPAddress ServerAddress);
