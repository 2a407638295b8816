namespace Rackboot.Dhcp;

/// <summary>Where leases survive. The server keeps all of them in memory and promises nothing before <see cref="CommitAsync"/> has
/// returned.</summary>
public interface ILeaseStore
{
    /// <summary>Hands every lease that was committed to <paramref name="take"/>, one after the other, at the start of the
    /// server.</summary>
    void Load(Action<Lease> take);

    /// <summary>Makes <paramref name="changes"/> durable, all of them or none. A change replaces what is stored for its address.
    /// The server has one call under way at a time and gathers what comes in meanwhile (group commit). Called on a receiving thread:
    /// what takes long is to be done on another.</summary>
    Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel);
}
