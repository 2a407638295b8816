using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rackboot.Fuzzing.Engine;

/// <summary>Which ways through the instrumented code one input took: pairs of places that came one after the other, and how often. The
/// calls of
/// <see cref="Hit"/> are put into the assemblies by <see cref="Instrumentation"/>; parsers run on one thread.</summary>
public static class Coverage
{
    internal const int Size = 1 << 20;

    private static readonly byte[] Counts = new byte[Size];
    private static readonly int[] Ways = new int[Size];
    private static int _taken;
    private static int _previous;

    public static void Hit(int place)
    {
        var way = (place ^ _previous) & (Size - 1);
        ref var count = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Counts), way);
        if (count == 0)
            Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Ways), _taken++ & (Size - 1)) = way;
        if (count < byte.MaxValue)
            count++;
        _previous = place >> 1;
    }

    /// <summary>Begins anew.</summary>
    internal static void Reset()
    {
        foreach (var way in Taken)
            Counts[way] = 0;
        (_taken, _previous) = (0, 0);
    }

    internal static ReadOnlySpan<int> Taken => Ways.AsSpan(0, Math.Min(_taken, Size));

    /// <summary>How often a way was taken, as one bit of eight: 1, 2, 3, 4 to 7, to 15, to 31, to 127, more.</summary>
    internal static byte Often(int way) => Counts[way] switch
    {
        1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128,
    };
}
