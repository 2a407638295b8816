using System.Buffers.Binary;
using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>
/// One pass over the SDR repository (IPMI 2.0 §33.10 to §33.12), or over a device's own records (§35.3, §35.4), which are asked for alike.
/// Bounded in records, requests and lost reservations.
/// </summary>
internal sealed class SdrWalk(IIpmiChannel channel, bool deviceRecords)
{
    private const ushort First = 0x0000;
    private const ushort Last = 0xFFFF;
    private const int Whole = 0xFF;
    private const int MostLosses = 16;

    // BMCs differ in how much they return at once; the size that worked is kept. The first try is for the whole record.
    private static readonly int[] Sizes = [Whole, 64, 32, 16, 8];

    private readonly IpmiCommand _get = deviceRecords ? CommandTable.GetDeviceSdr : CommandTable.GetSdr;
    private readonly IpmiCommand _reserve = deviceRecords ? CommandTable.ReserveDeviceSdrRepository : CommandTable.ReserveSdrRepository;
    private readonly byte[] _buffer = new byte[SdrRecord.HeaderLength + 255];
    private ushort _reservation;
    private int _size;
    private int _losses;

    /// <summary>Null when records changed under the walk: then start the walk again.</summary>
    public async Task<List<SdrRecord>?> RunAsync(CancellationToken cancellation)
    {
        var info = await InfoAsync(cancellation).ConfigureAwait(false);
        await ReserveAsync(cancellation).ConfigureAwait(false);
        var records = new List<SdrRecord>();
        var seen = new HashSet<ushort>();
        for (var id = First; id != Last;)
        {
            // A broken repository may link its records in a ring.
            if (seen.Count > SdrRepository.MostRecords || !seen.Add(id))
                throw _get.BadAnswer($"the records do not end (after {records.Count}, at {id:X4}h)");
            var read = await ReadAsync(id, cancellation).ConfigureAwait(false);
            if (read is null)
            {
                if (info is not null && info != await InfoAsync(cancellation).ConfigureAwait(false))
                    return null;
                if (++_losses > MostLosses)
                    throw _get.Refusal(CompletionCodes.ReservationLost);
                await ReserveAsync(cancellation).ConfigureAwait(false);
                seen.Remove(id);
                continue;
            }

            // One record that cannot be understood is not the end of all others.
            if (SdrRecord.TryParse(_buffer.AsSpan(0, read.Value.Length), out var record, out _))
                records.Add(record);
            id = read.Value.Next;
        }

        return records;
    }

    // Null when the reservation was lost.
    private async Task<(ushort Next, int Length)?> ReadAsync(ushort id, CancellationToken cancellation)
    {
        var (next, have) = (Last, 0);
        while (have < SdrRecord.HeaderLength || have < SdrRecord.HeaderLength + _buffer[4])
        {
            var response = await _get.SendAsync(channel, Request(id, have), cancellation).ConfigureAwait(false);
            if (response.CompletionCode == CompletionCodes.ReservationLost)
                return null;
            if (response is { Succeeded: true, Data.Length: > 2 })
            {
                next = BinaryPrimitives.ReadUInt16LittleEndian(response.Data.Span);
                var data = response.Data.Span[2..];
                data = data[..Math.Min(data.Length, _buffer.Length - have)];
                data.CopyTo(_buffer.AsSpan(have));
                have += data.Length;

                // Less than the whole record though all was asked for: go on in pieces.
                if (Sizes[_size] == Whole && have < SdrRecord.HeaderLength + _buffer[4])
                    _size++;
            }
            else if (ShrinksAt(response.CompletionCode) && _size + 1 < Sizes.Length)
                _size++;
            else
                throw response.Succeeded ? _get.BadAnswer("no data") : _get.Refusal(response.CompletionCode);
        }

        return (next, have);
    }

    private byte[] Request(ushort id, int offset)
    {
        var count = Sizes[_size] == Whole && offset == 0
            ? Whole
            : Math.Min(Sizes[_size], offset < SdrRecord.HeaderLength
            ? SdrRecord.HeaderLength - offset
            : SdrRecord.HeaderLength + _buffer[4] - offset);
        return [(byte)_reservation, (byte)(_reservation >> 8), (byte)id, (byte)(id >> 8), (byte)offset, (byte)count];
    }

    // §33.12 names CAh; C8h, C9h, CCh and FFh are what makers send instead, and so is an answer without data.
    private static bool ShrinksAt(byte code) => code is 0 or CompletionCodes.CannotReturnSoMany or CompletionCodes.OutOfRange
        or CompletionCodes.TooLong or CompletionCodes.InvalidField or CompletionCodes.Unspecified;

    private async Task ReserveAsync(CancellationToken cancellation)
    {
        var response = await _reserve.SendAsync(channel, default, cancellation).ConfigureAwait(false);

        // §33.11: a repository that nobody can change needs no reservation, and then 0000h stands for it.
        _reservation = response is { Succeeded: true, Data.Length: >= 2 }
            ? BinaryPrimitives.ReadUInt16LittleEndian(response.Data.Span)
            : (ushort)0;
    }

    // Null where it cannot be told whether records changed; then only the reservation counts.
    private async Task<SdrRepositoryInfo?> InfoAsync(CancellationToken cancellation)
    {
        if (deviceRecords)
            return null;
        var response = await CommandTable.GetSdrRepositoryInfo.SendAsync(channel, default, cancellation).ConfigureAwait(false);
        return response.Succeeded && SdrRepositoryInfo.TryParse(response.Data.Span, out var info, out _) ? info : null;
    }
}
