using System.Net;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>A request of iPXE for its machine's script.</summary>
/// <param name="Identity">The machine's claimed identity.</param>
/// <param name="Firmware">iPXE's <c>platform</c>: BIOS or UEFI.</param>
/// <param name="Architecture">iPXE's <c>buildarch</c> as Talos names it.</param>
/// <param name="Source">Its source address.</param>
/// <param name="Device">The interface on which it arrived.</param>
/// <param name="ServerAddress">The appliance's address that it used.</param>
public sealed record ScriptRequest(
    MachineIdentity Identity, FirmwareKind? Firmware, string? Architecture, IPAddress Source, string Device, IPAddress ServerAddress);
