namespace Rackboot.Dhcp;

/// <summary>What a <see cref="LeaseTable"/> holds of one address. Read and written through a <see cref="LeaseEntry"/>.</summary>
internal struct LeaseSlot
{
    public uint Address;
    public int Network;
    public sbyte State; // -1: only offered
    public bool IsInLine;
    public bool WentFirst;
    public long Since;
    public long Expires;
    public long Heard;
    public long Due; // -1: in no queue
    public PackedLease Lease;

    /// <summary>Null while the address is its lease's and nothing else: then the lease says who has it.</summary>
    public Dealing? Now;

    /// <summary>What holds of an address for as long as it is dealt with: seconds, of a lease that lasts for hours.</summary>
    internal sealed class Dealing
    {
        public string Holder = "";
        public string Key = "";
        public string HardwareAddress = "";
        public LeaseEntry? Replaces;
        public long ProbedUntil;
        public long InUseUntil;
    }
}
