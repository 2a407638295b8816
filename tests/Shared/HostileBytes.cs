using FsCheck;
using FsCheck.Fluent;

namespace Rackboot.Ipmi.Tests.Support;

/// <summary>Bytes as nobody should send them.</summary>
internal static class HostileBytes
{
    // Random bytes now and then; mostly a sound packet with some bytes changed, cut, doubled or put in.
    public static Gen<byte[]> From(byte[][] seeds) => Gen.Frequency(
        (1, ArbMap.Default.GeneratorFor<byte[]>()),
        (1, ArbMap.Default.GeneratorFor<byte[]>().Select(tail => seeds[0][..4].Concat(tail).ToArray())),
        (8, from seed in Gen.Elements(seeds)
            from changes in Gen.Choose(0, 4)
            from random in Gen.Choose(0, int.MaxValue)
            select Mutate(seed, changes, new Random(random))));

    private static byte[] Mutate(byte[] seed, int changes, Random random)
    {
        var packet = seed.ToList();
        for (var i = 0; i < changes && packet.Count > 0; i++)
        {
            var at = random.Next(random.Next(2) == 0 ? packet.Count : Math.Min(20, packet.Count));
            switch (random.Next(6))
            {
                case 0:
                    packet[at] = (byte)random.Next(256);
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
