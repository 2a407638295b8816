namespace Rackboot.Ipmi;

/// <summary>How far a FRU's memory must be read: most are far larger than what is in them.</summary>
internal static class FruExtent
{
    private const int MostMultiRecords = 64;

    /// <summary>The bytes that are known to be needed from what has been read so far; grows as headers of areas come in.</summary>
    public static int Needed(ReadOnlySpan<byte> memory)
    {
        if (memory.Length < FruInventory.HeaderLength || (memory[0] & 0x0F) != 1)
            return FruInventory.HeaderLength;
        var needed = FruInventory.HeaderLength;
        foreach (var area in memory[2..5])
        {
            var offset = area * 8;
            if (offset > 0)
                needed = Math.Max(needed, offset + 1 < memory.Length ? offset + memory[offset + 1] * 8 : offset + 2);
        }

        return Math.Max(needed, MultiRecords(memory, memory[5] * 8));
    }

    // FRU definition 1.0 §16.1: each says how long it is and whether it is the last one.
    private static int MultiRecords(ReadOnlySpan<byte> memory, int offset)
    {
        if (offset == 0)
            return 0;
        for (var count = 0; count < MostMultiRecords && offset + 5 <= memory.Length; count++)
        {
            var last = (memory[offset + 1] & 0x80) != 0;
            offset += 5 + memory[offset + 2];
            if (last)
                return offset;
        }

        return offset + 5;
    }
}
