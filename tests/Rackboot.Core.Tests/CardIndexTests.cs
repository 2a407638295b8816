using FsCheck;
using FsCheck.Fluent;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;

namespace Rackboot.Core.Tests;

public sealed class CardIndexTests
{
    [Fact]
    public void It_finds_what_a_dictionary_would() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithQuietOnSuccess(true), Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Card, byte Address, bool Gone)[]>(),
            changes =>
            {
                var cards = new Dictionary<uint, MacAddress>(); // of each address
                var last = new Dictionary<MacAddress, uint>();
                var index = new CardIndex(address => cards[address]);
                foreach (var (number, low, gone) in changes)
                {
                    var address = low + 1u;
                    if (cards.TryGetValue(address, out var before))
                    {
                        index.Remove(address);
                        if (last.GetValueOrDefault(before) == address)
                            last.Remove(before);
                    }

                    if (gone)
                        continue; // its card is known still
                    var card = MacAddress.Of(number);
                    cards[address] = card;
                    last[card] = address;
                    index.Set(card, address);
                    Assert.Equal(address, index.Find(card));
                }

                for (var number = 0u; number <= byte.MaxValue; number++)
                    Assert.Equal(
                        last.TryGetValue(MacAddress.Of(number), out var expected) ? expected : null, index.Find(MacAddress.Of(number)));
            }));
}
