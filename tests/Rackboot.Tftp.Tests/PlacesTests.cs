using System.Net;
using Rackboot.Tftp.Transport;

namespace Rackboot.Tftp.Tests;

/// <summary>Who gives way where places are short.</summary>
public sealed class PlacesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(3);

    private ushort _port;

    [Fact]
    public void A_transfer_that_was_never_acknowledged_gives_way_before_any_that_was()
    {
        var places = new Places(3, 16, LongSilence);
        var served = Put(places, address: 1, acknowledged: true);
        var oldest = Put(places, address: 2);
        Put(places, address: 3);
        Assert.True(places.HasRoom(4, expected: false, Start, out var leaver));
        Assert.Same(oldest, leaver);
        Assert.NotSame(served, leaver);
    }

    [Fact]
    public void Among_those_that_were_never_acknowledged_strangers_give_way_before_machines()
    {
        var places = new Places(2, 16, LongSilence);
        Put(places, address: 1, expected: true);
        var stranger = Put(places, address: 2);
        Assert.True(places.HasRoom(3, expected: false, Start, out var leaver));
        Assert.Same(stranger, leaver);
    }

    [Fact]
    public void Machines_take_the_places_of_strangers_and_not_the_other_way_round()
    {
        var places = new Places(2, 16, LongSilence);
        Put(places, address: 1, expected: true, acknowledged: true);
        var stranger = Put(places, address: 2, acknowledged: true);
        Assert.False(places.HasRoom(3, expected: false, Start, out _));
        Assert.True(places.HasRoom(3, expected: true, Start, out var leaver));
        Assert.Same(stranger, leaver);
    }

    [Fact]
    public void The_one_of_a_client_that_is_silent_longest_gives_way_to_its_next()
    {
        var places = new Places(100, 3, LongSilence);
        var abandoned = Put(places, address: 1, acknowledged: true);
        Put(places, address: 1, acknowledged: true);
        Put(places, address: 1, acknowledged: true, heard: Start + LongSilence);
        Assert.True(places.HasRoom(1, expected: true, Start + LongSilence, out var leaver));
        Assert.Same(abandoned, leaver);
        Assert.True(places.HasRoom(2, expected: true, Start + LongSilence, out leaver));
        Assert.Null(leaver);
    }

    [Fact]
    public void Many_clients_behind_one_address_all_have_places_and_leave_some_to_others()
    {
        var places = new Places(1000, 16, LongSilence);
        for (var i = 0; i < 750; i++)
        {
            Assert.True(places.HasRoom(1, expected: true, Start, out var leaver));
            Assert.Null(leaver);
            Put(places, address: 1, expected: true, acknowledged: true);
        }

        Assert.False(places.HasRoom(1, expected: true, Start, out _));
        Assert.True(places.HasRoom(2, expected: false, Start, out _));
    }

    [Fact]
    public void What_ended_leaves_nothing_behind()
    {
        var places = new Places(10, 2, LongSilence);
        for (var i = 0; i < 1000; i++)
        {
            var session = Put(places, address: 1);
            places.Remove(session);
        }

        Assert.Equal(0, places.Count);
        Assert.True(places.HasRoom(1, expected: false, Start, out var leaver));
        Assert.Null(leaver);
    }

    private TransferSession Put(Places places, uint address, bool expected = false, bool acknowledged = false, DateTimeOffset? heard = null)
    {
        var peer = new Peer(address, ++_port, 0);
        var request = new TftpRequest { FileName = "f", IsNetascii = false, IsWrite = false };
        var transfer = new TftpTransfer(new MemoryTftpFile(new byte[5000]), request, new TftpServerOptions());
        var session = new TransferSession
        {
            Transfer = transfer,
            Asked = request,
            Request = new TftpRead("f", peer.EndPoint, IPAddress.Any),
            Port = null!,
            Peer = peer,
            Key = (ulong)_port << 32 | address,
            Started = Start,
            IsExpected = expected,
        };
        transfer.Start(Start, Wire.Nowhere);
        places.Add(session);
        if (acknowledged)
        {
            transfer.Take([0, 4, 0, 1], heard ?? Start, Wire.Nowhere);
            places.Hear(session);
        }

        return session;
    }
}
