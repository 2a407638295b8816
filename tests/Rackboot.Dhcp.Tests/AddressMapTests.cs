using FsCheck;
using FsCheck.Fluent;

namespace Rackboot.Dhcp.Tests;

public class AddressMapTests
{
    [Fact]
    public void It_says_what_a_dictionary_would() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true), Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Far, byte Near, short? Value)[]>(),
            changes =>
            {
                var map = new AddressMap<short>();
                var plain = new Dictionary<uint, short>();
                foreach (var (far, near, value) in changes)
                {
                    var address = (uint)(far % 3) * 0x7fff_ff80 + near; // neighbours, at both ends of all addresses too
                    if (value is { } some)
                    {
                        map.Set(address, some);
                        plain[address] = some;
                    }
                    else
                    {
                        map.Remove(address);
                        plain.Remove(address);
                    }

                    Assert.Equal(plain.TryGetValue(address, out var expected) ? expected : null, map.Find(address));
                }

                Assert.Equal(plain.Count, map.Count);
                Assert.All(plain, p => Assert.Equal(p.Value, map.Find(p.Key)));
                Assert.Equal(plain.OrderBy(p => p.Key).Select(p => p.Value), map.PagesFrom(0).SelectMany(map.OnPage));
                Assert.Equal(plain.Where(p => p.Key >= 0x7fff_ff80).OrderBy(p => p.Key).Select(p => p.Value),
                    map.PagesFrom(0x7fff_ff80).SelectMany(map.OnPage));
            }));

    [Fact]
    public void A_full_range_takes_little_more_than_its_values()
    {
        const int count = 1_000_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var map = new AddressMap<long>();
        for (var i = 0u; i < count; i++)
            map.Set(0x0a00_0000 + i, i);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(taken, 0, count * sizeof(long) * 3 / 2);
        Assert.Equal(count - 1, map.Find(0x0a00_0000 + count - 1));
    }
}
