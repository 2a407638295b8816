using System.Buffers.Binary;
using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>Reading FRU inventory (IPMI 2.0 chapter 34). Each throws <see cref="IpmiException"/> if it is refused.</summary>
public static class FruCommands
{
    // What is read of a memory at most: areas can begin at 2,040 and be 2,040 long, and multirecords go on behind.
    private const int MostBytes = 8192;

    // BMCs differ in how much they return at once; the size that worked is kept.
    private static readonly int[] Sizes = [128, 32, 16, 8];

    /// <summary>
    /// Get FRU Inventory Area Info (§34.1) and Read FRU Data (§34.2), as far as there is something. Device 0 is the machine's own; others
    /// are named by <see cref="FruLocator"/>.
    /// </summary>
    /// <returns>Null if the device is not there or was never written.</returns>
    public static async Task<FruInventory?> ReadFruAsync(this IIpmiChannel channel, byte device, CancellationToken cancellation)
    {
        var info = await CommandTable.GetFruInventoryAreaInfo.SendAsync(channel, new[] { device }, cancellation).ConfigureAwait(false);
        if (info.CompletionCode is CompletionCodes.NotPresent or CompletionCodes.InvalidField or CompletionCodes.OutOfRange)
            return null;
        if (!info.Succeeded)
            throw CommandTable.GetFruInventoryAreaInfo.Refusal(info.CompletionCode);
        if (info.Data.Length < 3)
            throw CommandTable.GetFruInventoryAreaInfo.BadAnswer($"needs 3 bytes, got {info.Data.Length}");
        var size = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(info.Data.Span), MostBytes);
        var memory = await ReadAsync(channel, device, size, byWords: (info.Data.Span[2] & 1) != 0, cancellation).ConfigureAwait(false);
        if (memory.Length == 0 || !memory.AsSpan().ContainsAnyExcept((byte)0x00) || !memory.AsSpan().ContainsAnyExcept((byte)0xFF))
            return null;
        return FruInventory.TryParse(memory, out var inventory, out var error)
            ? inventory
            : throw CommandTable.ReadFruData.BadAnswer(error);
    }

    // What a memory cannot give though it said so is missing; the areas before it count. §34.1: a device that is accessed by words counts
    // offsets and lengths in words.
    private static async Task<byte[]> ReadAsync(IIpmiChannel channel, byte device, int size, bool byWords, CancellationToken cancellation)
    {
        var memory = new byte[size];
        var unit = byWords ? 2 : 1;
        var (have, step) = (0, 0);
        while (have < Math.Min(size, FruExtent.Needed(memory.AsSpan(0, have))))
        {
            var (offset, count) = (have / unit, Math.Max(1, Math.Min(Sizes[step], size - have) / unit));
            byte[] request = [device, (byte)offset, (byte)(offset >> 8), (byte)count];
            var response = await CommandTable.ReadFruData.SendAsync(channel, request, cancellation).ConfigureAwait(false);
            var came = response is { Succeeded: true, Data.Length: > 1 }
                ? Math.Min(Came(response.Data.Span, byWords), size - have) / unit * unit
                : 0;
            if (came > 0)
            {
                response.Data.Span.Slice(1, came).CopyTo(memory.AsSpan(have));
                have += came;
            }
            else if (step + 1 < Sizes.Length && ShrinksAt(response.CompletionCode))
                step++;
            else if (response.CompletionCode == CompletionCodes.NotPresent)
                return [];
            else if (response.Succeeded || (have > 0 && ShrinksAt(response.CompletionCode)))
                break;
            else
                throw CommandTable.ReadFruData.Refusal(response.CompletionCode);
        }

        return memory[..have];
    }

    // The first byte counts the rest, and what is behind that is no data. Whether it counts words is not agreed on: then the length tells.
    private static int Came(ReadOnlySpan<byte> answer, bool byWords) =>
        byWords || answer[0] == 0 ? answer.Length - 1 : Math.Min(answer[0], answer.Length - 1);

    // §34.2 names CAh; the others are what makers send instead, and so is an answer without data.
    private static bool ShrinksAt(byte code) => code is 0 or CompletionCodes.CannotReturnSoMany or CompletionCodes.OutOfRange
        or CompletionCodes.TooLong or CompletionCodes.InvalidField or CompletionCodes.Unspecified or 0xC7;
}
