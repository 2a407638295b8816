namespace Rackboot.Dhcp;

/// <summary>What became of a lease. One that is bound and past its end is free again.</summary>
public enum LeaseState
{
    Bound,
    Released,

    /// <summary>In quarantine until <see cref="Lease.Expires"/>: a client or a probe found it in use.</summary>
    Declined,
}
