using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The sensor data records of a BMC (IPMI 2.0 chapter 33).</summary>
public static class SdrRepository
{
    /// <summary>More records than this are taken for a broken repository. Large servers have a few hundred.</summary>
    public const int MostRecords = 4096;

    private const int MostRestarts = 3;

    /// <summary>Get SDR Repository Info (§33.9): tells whether records read before still hold.</summary>
    public static ValueTask<SdrRepositoryInfo> GetSdrRepositoryInfoAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetSdrRepositoryInfo.AskAsync<SdrRepositoryInfo>(channel, default, SdrRepositoryInfo.TryParse, cancellation);

    /// <summary>
    /// Reads all records (§33.12), one or more requests a record. Records that break the specification are left out. Starts over, three
    /// times at most, when records change meanwhile; goes on where it was when only the reservation was taken by another client. A
    /// controller without a repository is asked for its own records instead (Get Device SDR, §35.3).
    /// </summary>
    public static async Task<IReadOnlyList<SdrRecord>> ReadSdrRepositoryAsync(this IIpmiChannel channel, CancellationToken cancellation)
    {
        try
        {
            return await ReadAsync(channel, deviceRecords: false, cancellation).ConfigureAwait(false);
        }
        catch (IpmiException none) when (none.IsUnsupported)
        {
            return await ReadAsync(channel, deviceRecords: true, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<SdrRecord>> ReadAsync(IIpmiChannel channel, bool deviceRecords, CancellationToken cancellation)
    {
        for (var restarts = 0; ; restarts++)
        {
            if (await new SdrWalk(channel, deviceRecords).RunAsync(cancellation).ConfigureAwait(false) is { } records)
                return records;
            if (restarts >= MostRestarts)
                throw new IpmiException(
                    IpmiFailure.Refused, "the sensor records keep changing while being read; try again when the BMC has settled");
        }
    }
}
