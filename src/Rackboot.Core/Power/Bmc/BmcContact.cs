using Rackboot.Core.Credentials;
using Rackboot.Core.Events;

namespace Rackboot.Core.Power.Bmc;

/// <summary>All that a driver needs to reach one machine's BMC.</summary>
/// <param name="Machine">The machine's name.</param>
/// <param name="Kg">IPMI's K_G.</param>
/// <param name="Uefi">Whether the machine was last seen to boot by UEFI, or was not seen.</param>
/// <param name="Memory">What was learnt of this BMC and outlives a restart.</param>
/// <param name="Tell">Makes an event of the machine: its kind, how bad it is, what happened.</param>
public sealed record BmcContact(
    string Machine, BmcSpec Spec, Login? Login, Secret? Kg, Func<bool> Uefi, BmcMemory Memory, PowerSettings Settings, TimeProvider Time,
    Action<string, Level, string> Tell)
{
    /// <summary>What the machine's firmware fetches for HTTP boot; null: nothing of ours fits it.</summary>
    public Func<Uri?>? HttpBoot { get; init; }
}
