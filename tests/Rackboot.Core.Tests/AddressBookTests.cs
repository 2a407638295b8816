using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class AddressBookTests
{
    private static readonly MachineId One = new("1"), Two = new("2");
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50"), Elsewhere = IPAddress.Parse("10.20.0.51");

    private readonly Clock _clock = new();
    private readonly AddressBook _book;

    public AddressBookTests() => _book = new AddressBook(_clock);

    [Fact]
    public void An_address_is_a_machines_until_its_lease_ends()
    {
        _book.Set(At, One, _clock.Now.AddHours(1));
        _clock.Pass(3599);
        Assert.Equal((One, At), (_book.At(At), _book.Of(One)));
        _clock.Pass(1);
        Assert.Equal((null, null), (_book.At(At), _book.Of(One)));
    }

    [Fact]
    public void An_address_in_its_ipv6_form_is_the_same()
    {
        _book.Set(At, One, DateTimeOffset.MaxValue);
        Assert.Equal(One, _book.At(At.MapToIPv6()));
        Assert.Null(_book.At(IPAddress.IPv6Loopback));
        Assert.Null(_book.At(null));
    }

    [Fact]
    public void An_address_is_the_machines_that_had_it_last()
    {
        _book.Set(At, One, DateTimeOffset.MaxValue);
        _book.Set(At, Two, DateTimeOffset.MaxValue);
        Assert.Equal((Two, null), (_book.At(At), _book.Of(One)));
        _book.Remove(At);
        _book.Remove(At);
        Assert.Null(_book.At(At));
    }

    [Fact]
    public void The_heir_of_a_machine_has_all_its_addresses_and_without_one_they_are_nobodys()
    {
        _book.Set(At, One, _clock.Now.AddHours(1));
        _book.Set(Elsewhere, One, _clock.Now.AddHours(1));
        _book.Inherit(One, Two);
        Assert.Equal((Two, Two), (_book.At(At), _book.At(Elsewhere)));
        _book.Inherit(One, null);
        Assert.Equal(Two, _book.At(At));
        _book.Inherit(Two, null);
        Assert.Equal((null, null), (_book.At(At), _book.At(Elsewhere)));
    }

    [Fact]
    public void A_machine_with_several_addresses_keeps_its_first_for_as_long_as_that_is_in_force()
    {
        _book.Set(At, One, _clock.Now.AddHours(1));
        _book.Set(Elsewhere, One, _clock.Now.AddHours(2));
        _book.Set(At, One, _clock.Now.AddHours(1.5)); // renewed
        Assert.Equal(At, _book.Of(One));
        _clock.Pass(5400);
        Assert.Equal(Elsewhere, _book.Of(One));
        _book.Remove(Elsewhere);
        Assert.Null(_book.Of(One));
    }

    [Fact]
    public void What_a_card_got_before_its_machine_was_known_is_the_machines_and_the_last_counts()
    {
        var (card, other) = (Rack.Mac("525400000001"), Rack.Mac("525400000002"));
        _book.Owner = (machine, mac) => machine ?? (mac == card ? One : null);
        _book.Cards = machine => machine == One ? [card] : [];
        _book.Set(At, null, DateTimeOffset.MaxValue, card);
        Assert.Equal(At, _book.Of(One));
        _book.Set(Elsewhere, null, DateTimeOffset.MaxValue, card);
        Assert.Equal(Elsewhere, _book.Of(One));
        _book.Set(Elsewhere, null, DateTimeOffset.MaxValue, other);
        Assert.Null(_book.Of(One));
        _book.Set(At, null, DateTimeOffset.MaxValue, card); // renewed
        Assert.Equal((At, null), (_book.Of(One), _book.Of(Two)));
        _book.Remove(At);
        Assert.Null(_book.Of(One));
    }

    [Fact]
    public void What_a_machines_card_was_overheard_with_last_is_its_address()
    {
        var card = Rack.Mac("525400000001");
        _book.Cards = machine => machine == One ? [card] : [];
        _book.Overhear(At, One, card);
        Assert.Equal((At, null), (_book.Of(One), _book.Of(Two)));
        _book.Overhear(Elsewhere, One, card);
        Assert.Equal(Elsewhere, _book.Of(One));
    }

    [Fact]
    public async Task What_was_overheard_of_a_machine_is_that_of_the_one_it_turns_out_to_be_and_nobodys_when_that_is_removed()
    {
        await using var rack = Rack.Start();
        const string card = "525400000001";
        var uuid = Guid.Parse("4c4c4544-0001-4a10-8034-b7c04f333232");
        var node = await rack.AcceptAsync("node", new MachineSpec { Uuid = uuid });
        var discovered = rack.See(card);
        rack.Addresses.Overhear(At, discovered.Id, Rack.Mac(card));
        Assert.Equal(discovered.Id, rack.Addresses.At(At));

        Assert.Equal(node.Id, rack.See(card, uuid).Id);
        Assert.Null(rack.Inventory.Fleet[discovered.Id]);
        Assert.Equal((node.Id, At), (rack.Addresses.At(At), rack.Addresses.Of(node.Id)));

        Assert.Null(await rack.Inventory.DeleteMachineAsync("node", null));
        Assert.Null(rack.Addresses.At(At));
    }

    [Fact]
    public void An_address_that_two_machines_asked_another_server_for_is_the_ones_that_did_not_ask_for_another_afterwards()
    {
        var (a, b) = (Rack.Mac("525400000001"), Rack.Mac("525400000002"));
        _book.Overhear(At, One, a);
        _book.Overhear(At, Two, b); // the server refuses one of them
        Assert.True(_book.Proof(At).Contested);
        _book.Overhear(Elsewhere, One, a);
        Assert.Equal((Two, b, false), (_book.Proof(At).Machine, _book.Proof(At).Card, _book.Proof(At).Contested));
        Assert.Equal(One, _book.At(Elsewhere));

        // Both left it: it is nobody's.
        _book.Overhear(IPAddress.Parse("10.20.0.52"), Two, b);
        Assert.Equal((null, false), (_book.Proof(At).Machine, _book.Proof(At).Contested));

        // One card may have several addresses, as long as nobody else asks for them.
        _book.Overhear(IPAddress.Parse("10.20.0.53"), Two, b);
        Assert.Equal(Two, _book.At(IPAddress.Parse("10.20.0.52")));

        // What another says later in a card's name takes its address away, and gives nobody a proof.
        _book.Overhear(Elsewhere, Two, b);
        Assert.True(_book.Proof(Elsewhere).Contested);
        _clock.Pass(3601);
        Assert.Equal((null, false), (_book.Proof(Elsewhere).Machine, _book.Proof(Elsewhere).Contested));
    }
}
