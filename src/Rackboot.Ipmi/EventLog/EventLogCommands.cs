using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>The system event log (IPMI 2.0 chapter 31). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class EventLogCommands
{
    private const ushort First = 0x0000;
    private const ushort Last = 0xFFFF;
    private const int MostPolls = 60;

    /// <summary>Get SEL Info (§31.2).</summary>
    public static ValueTask<SelInfo> GetSelInfoAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetSelInfo.AskAsync<SelInfo>(channel, default, SelInfo.TryParse, cancellation);

    /// <summary>Get SEL Entry (§31.5), one after the other, oldest first.</summary>
    /// <param name="channel">The BMC.</param>
    /// <param name="after">The id of the last record known, to read only newer ones; if it is gone, all are read.
    /// Ids may restart when the log is cleared: compare <see cref="SelInfo.LastErase"/>.</param>
    /// <param name="most">How many to read at most. Logs hold a few thousand; a ring of records ends by itself.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async IAsyncEnumerable<SelRecord> ReadEventLogAsync(
        this IIpmiChannel channel, ushort? after, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if ((await channel.GetSelInfoAsync(cancellation).ConfigureAwait(false)).Entries == 0)
            yield break;
        var id = First;
        if (after is { } known && await EntryAsync(channel, known, cancellation).ConfigureAwait(false) is { } old
            && old.Record?.Id == known)
            id = old.Next;
        var seen = new HashSet<ushort>();
        for (var read = 0; read < most && id != Last && seen.Add(id); read++)
        {
            if (await EntryAsync(channel, id, cancellation).ConfigureAwait(false) is not { } entry)
                yield break;
            if (entry.Record is { } record)
            {
                seen.Add(record.Id);
                yield return record;
            }

            id = entry.Next;
        }
    }

    /// <summary>
    /// Clear SEL (§31.9): starts the erasure, waits until it is done (a minute at most) and looks again.
    /// </summary>
    /// <param name="channel">The BMC.</param>
    /// <param name="clock">What the pauses between looks are measured with.</param>
    /// <param name="cancellation">Ends the waiting, not the erasure.</param>
    /// <returns>The log afterwards. One record may be there: many BMCs log that the log was cleared.</returns>
    public static async Task<SelInfo> ClearEventLogAsync(this IIpmiChannel channel, TimeProvider clock, CancellationToken cancellation)
    {
        var reservation = await ReserveAsync(channel, cancellation).ConfigureAwait(false);
        var start = CommandTable.ClearSel with { Repeatable = false };
        var response = await start.SendAsync(channel, ClearRequest(reservation, 0xAA), cancellation).ConfigureAwait(false);
        for (var polls = 0; !IsErased(response); polls++)
        {
            if (polls >= MostPolls)
                throw new IpmiException(
                    IpmiFailure.NoAnswer, "Clear SEL: the BMC has not finished erasing its event log after a minute; check again later");
            await Task.Delay(TimeSpan.FromSeconds(1), clock, cancellation).ConfigureAwait(false);
            response = await CommandTable.ClearSel.SendAsync(channel, ClearRequest(reservation, 0x00), cancellation).ConfigureAwait(false);

            // A BMC may take the reservation back with the erasure; without one the progress cannot be asked for.
            if (response.CompletionCode == CompletionCodes.ReservationLost)
            {
                reservation = await ReserveAsync(channel, cancellation).ConfigureAwait(false);
                response = new IpmiResponse(0, new byte[1]);
            }
        }

        return await channel.GetSelInfoAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Get SEL Time (§31.10): the BMC's clock.</summary>
    public static async Task<IpmiTimestamp> GetSelTimeAsync(this IIpmiChannel channel, CancellationToken cancellation)
    {
        var answer = await CommandTable.GetSelTime.AskAsync(channel, default, cancellation, least: 4).ConfigureAwait(false);
        return new IpmiTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(answer.Span));
    }

    /// <summary>Set SEL Time (§31.11), to the second.</summary>
    public static async Task SetSelTimeAsync(this IIpmiChannel channel, DateTimeOffset time, CancellationToken cancellation)
    {
        var data = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, IpmiTimestamp.From(time).Seconds);
        await CommandTable.SetSelTime.AskAsync(channel, data, cancellation).ConfigureAwait(false);
    }

    // §31.9: bits 3:0 are 1 when it is done.
    private static bool IsErased(IpmiResponse response) =>
        !response.Succeeded ? throw CommandTable.ClearSel.Refusal(response.CompletionCode)
        : response.Data.Length > 0 ? (response.Data.Span[0] & 0x0F) != 0
        : throw CommandTable.ClearSel.BadAnswer("no erase progress");

    private static byte[] ClearRequest(ushort reservation, byte action) =>
        [(byte)reservation, (byte)(reservation >> 8), (byte)'C', (byte)'L', (byte)'R', action];

    private static async Task<ushort> ReserveAsync(IIpmiChannel channel, CancellationToken cancellation)
    {
        var response = await CommandTable.ReserveSel.SendAsync(channel, default, cancellation).ConfigureAwait(false);
        if (response is { Succeeded: true, Data.Length: >= 2 })
            return BinaryPrimitives.ReadUInt16LittleEndian(response.Data.Span);

        // §31.4: where Reserve SEL is not there, 0000h stands for it.
        return response.CompletionCode == 0xC1 ? (ushort)0 : throw CommandTable.ReserveSel.Refusal(response.CompletionCode);
    }

    // Null when there is no such record (any more). A record that cannot be understood still leads to the next one.
    private static async Task<(SelRecord? Record, ushort Next)?> EntryAsync(IIpmiChannel channel, ushort id, CancellationToken cancellation)
    {
        byte[] request = [0, 0, (byte)id, (byte)(id >> 8), 0, 0xFF];
        var response = await CommandTable.GetSelEntry.SendAsync(channel, request, cancellation).ConfigureAwait(false);
        if (response.CompletionCode == CompletionCodes.NotPresent)
            return null;
        if (!response.Succeeded)
            throw CommandTable.GetSelEntry.Refusal(response.CompletionCode);
        if (response.Data.Length < 2)
            throw CommandTable.GetSelEntry.BadAnswer($"needs 18 bytes, got {response.Data.Length}");
        return (SelRecord.TryParse(response.Data.Span[2..], out var record, out _)
            ? record
            : null, BinaryPrimitives.ReadUInt16LittleEndian(response.Data.Span));
    }
}
