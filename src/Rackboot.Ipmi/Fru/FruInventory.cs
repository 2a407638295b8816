using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>
/// What a part's inventory memory says (Platform Management FRU Information Storage Definition 1.0). An area that breaks the definition is
/// left out and named in <see cref="Faults"/>: the others still count.
/// </summary>
public sealed record FruInventory
{
    /// <summary>Bytes of the common header.</summary>
    public const int HeaderLength = 8;

    public FruChassisArea? Chassis { get; init; }
    public FruBoardArea? Board { get; init; }
    public FruProductArea? Product { get; init; }

    /// <summary>The types of the multirecords (§16.1), such as 00h for a power supply; their data is not read.</summary>
    public IReadOnlyList<byte> MultiRecords { get; init; } = [];

    /// <summary>What was wrong, in plain words: checksums that do not fit, areas that are cut off.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Whether nothing is known: an unwritten memory.</summary>
    public bool IsEmpty => Chassis is null && Board is null && Product is null;

    /// <summary>Reads a whole memory. Only a bad common header makes all of it unreadable.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out FruInventory? inventory, [NotNullWhen(false)] out string? error)
    {
        inventory = null;
        if (data.Length < HeaderLength)
            error = $"a FRU header needs {HeaderLength} bytes, got {data.Length}";
        else if ((data[0] & 0x0F) != 1)
            error = data[0] is 0x00 or 0xFF ? "the FRU memory is blank" : $"the FRU has the unknown format {data[0] & 0x0F}";
        else if (!FruAreaReader.SumsToZero(data[..HeaderLength]))
            error = "the checksum of the FRU header does not match";
        else
        {
            (inventory, error) = (new FruAreaReader(data).Read(), null);
            return true;
        }

        return false;
    }
}
