using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>What is known of who has an address: a lease of this appliance, or what was overheard of another server's.</summary>
/// <param name="Machine">Null: nobody's, as far as is known.</param>
/// <param name="Card">The hardware address that the lease was given to, or that was overheard.</param>
/// <param name="Contested">Cards of several machines were overheard with it.</param>
public sealed record AddressProof(MachineId? Machine, MacAddress? Card, bool Contested = false)
{
    public static AddressProof None { get; } = new(null, null);
}
