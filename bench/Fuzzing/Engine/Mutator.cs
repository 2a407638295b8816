using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rackboot.Fuzzing.Engine;

/// <summary>Makes new inputs of old ones.</summary>
/// <param name="words">What the code compares with.</param>
/// <param name="most">Bytes that an input may have.</param>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> words, int most)
{
    private static readonly uint[] Edges = [0, 1, 2, 16, 64, 127, 128, 255, 256, 1024, 4096, 32767, 32768, 65535, 65536, int.MaxValue,
        0x80000000, uint.MaxValue];

    private static readonly string[] Numbers = ["0", "-1", "00", "1e400", "65536", "2147483648", "-9223372036854775809", "0.5", "1e-9"];

    public byte[] Of(byte[] one, byte[] other)
    {
        var bytes = new List<byte>(one);
        for (var changes = 1 << random.Next(5); changes > 0; changes--)
            Change(bytes, other);
        return bytes.Count <= most ? [.. bytes] : [.. bytes.Take(most)];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
            bytes.Add((byte)random.Next(256));
        var at = random.Next(bytes.Count);
        switch (random.Next(14))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] += (byte)random.Next(-16, 17);
                break;
            case 3:
                bytes.RemoveRange(at, Length(bytes.Count - at));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, Piece([.. bytes]));
                break;
            case 6:
                bytes.InsertRange(at, Piece(other));
                break;
            case 7:
                Overwrite(bytes, at, Piece(other));
                break;
            case 8 when words.Count > 0:
                bytes.InsertRange(at, words[random.Next(words.Count)]);
                break;
            case 9 when words.Count > 0:
                Overwrite(bytes, at, words[random.Next(words.Count)]);
                break;
            case 10:
                Overwrite(bytes, at, Number());
                break;
            case 11:
                bytes.InsertRange(at, Encoding.ASCII.GetBytes(random.Next(2) == 0 ? Numbers[random.Next(Numbers.Length)]
                    : random.NextInt64().ToString(CultureInfo.InvariantCulture)));
                break;
            case 12 when random.Next(8) == 0: // depth and length
                var piece = Piece([.. bytes]);
                var times = 1 << random.Next(12);
                for (var i = 0; i < times && bytes.Count < most; i++)
                    bytes.InsertRange(at, piece.Length > 8 ? piece[..8] : piece);
                break;
            default:
                bytes.Insert(at, (byte)random.Next(256));
                break;
        }
    }

    private byte[] Piece(byte[] of)
    {
        if (of.Length == 0)
            return [];
        var at = random.Next(of.Length);
        return of.AsSpan(at, Length(of.Length - at)).ToArray();
    }

    // Mostly short.
    private int Length(int most) => Math.Min(most, 1 + random.Next(random.Next(4) == 0 ? 256 : 12));

    private byte[] Number()
    {
        var bytes = new byte[4];
        var number = Edges[random.Next(Edges.Length)];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        return random.Next(3) switch { 0 => bytes[..1], 1 => random.Next(2) == 0 ? bytes[..2] : bytes[2..], _ => bytes };
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++)
            bytes[at + i] = with[i];
    }
}
