using FsCheck;
using FsCheck.Fluent;

namespace Rackboot.Tests.Shared;

/// <summary>Bytes as nobody should send them.</summary>
internal static class HostileBytes
{
    /// <summary>Random bytes now and then, some after a sound head of <paramref name="head"/> bytes; mostly a sound packet with some bytes
    /// changed, cut, doubled or put in.</summary>
    /// <param name="seeds">Sound packets.</param>
    /// <param name="head">How many bytes of the first packet begin random ones.</param>
    /// <param name="rest">Where the part begins that matters as much as the first bytes.</param>
    public static Gen<byte[]> From(byte[][] seeds, int head = 4, int rest = 0) => Gen.Frequency(
        (1, ArbMap.Default.GeneratorFor<byte[]>()),
        (1, ArbMap.Default.GeneratorFor<byte[]>().Select(tail => seeds[0].Take(head).Concat(tail).ToArray())),
        (8, from seed in Gen.Elements(seeds)
            from changes in Gen.Choose(0, 4)
            from random in Gen.Choose(0, int.MaxValue)
            select Mutate(seed, changes, rest, new Random(random))));

    private static byte[] Mutate(byte[] seed, int changes, int rest, Random random)
    {
        var packet = seed.ToList();
        for (var i = 0; i < changes && packet.Count > 0; i++)
        {
            var from = random.Next(2) * Math.Min(rest, packet.Count - 1);
            var at = random.Next(from, random.Next(2) == 0 ? packet.Count : Math.Min(from + 30, packet.Count));
            switch (random.Next(6))
            {
                case 0:
                    packet[at] = random.Next(3) == 0 ? (byte)(random.Next(2) * 255) : (byte)random.Next(256);
                    break;
                case 1:
                    packet[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    packet.RemoveAt(at);
                    break;
                case 3:
                    packet.Insert(at, (byte)random.Next(256));
                    break;
                case 4:
                    packet.RemoveRange(at, random.Next(packet.Count - at));
                    break;
                default:
                    packet.InsertRange(at, packet.GetRange(at, Math.Min(random.Next(40), packet.Count - at)));
                    break;
            }
        }

        return [.. packet];
    }
}
