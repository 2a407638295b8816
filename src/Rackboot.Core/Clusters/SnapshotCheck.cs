using System.Security.Cryptography;

namespace Rackboot.Core.Clusters;

/// <summary>Checks snapshots of etcd: each ends in the SHA-256 of all before (etcd-io/etcd
/// server/etcdserver/api/v3rpc/maintenance.go).</summary>
internal static class SnapshotCheck
{
    /// <summary>Copies a snapshot.</summary>
    /// <returns>Whether its checksum matches.</returns>
    public static async Task<bool> CopyAsync(Stream source, Stream target, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var held = 0; // bytes at the head of the buffer that may be the checksum
        while (await source.ReadAsync(buffer.AsMemory(held), cancel).ConfigureAwait(false) is > 0 and var read)
        {
            await target.WriteAsync(buffer.AsMemory(held, read), cancel).ConfigureAwait(false);
            var all = held + read;
            var sure = Math.Max(0, all - SHA256.HashSizeInBytes);
            hash.AppendData(buffer, 0, sure);
            buffer.AsSpan(sure, all - sure).CopyTo(buffer);
            held = all - sure;
        }

        return held == SHA256.HashSizeInBytes && hash.GetHashAndReset().AsSpan().SequenceEqual(buffer.AsSpan(0, held));
    }
}
