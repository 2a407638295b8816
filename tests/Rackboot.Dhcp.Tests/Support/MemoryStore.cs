using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>Keeps leases as a disk would: what was committed is there after a crash, and nothing else.</summary>
internal sealed class MemoryStore : ILeaseStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Lease> _leases = [];

    /// <summary>Commits left before every further one fails.</summary>
    public int DiesAfter { get; set; } = int.MaxValue;

    public List<int> Batches { get; } = [];

    /// <summary>While not completed, commits wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<Lease> Load()
    {
        lock (_lock)
            return [.. _leases.Values];
    }

    public void Load(Action<Lease> take)
    {
        foreach (var lease in Load())
            take(lease);
    }

    public async Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        await Gate;
        lock (_lock)
        {
            if (DiesAfter <= 0)
                throw new IOException("the disk is gone");
            DiesAfter--;
            Batches.Add(changes.Count);
            foreach (var lease in changes)
                _leases[lease.Address] = lease;
        }
    }
}
