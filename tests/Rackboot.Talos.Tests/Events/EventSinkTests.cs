using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;
using Rackboot.Talos.Events.Wire;
using Rackboot.Talos.Tests.Api;
using Rackboot.Tests.Shared;

namespace Rackboot.Talos.Tests.Events;

public sealed class EventSinkTests
{
    private static readonly IPAddress Node = IPAddress.Parse("10.20.0.11");

    private readonly ConcurrentQueue<TalosEvent> _told = [];
    private readonly ConcurrentQueue<string> _dropped = [];
    private readonly SettableClock _clock = new();
    private readonly EventSink _sink;
    private bool _storeFails;

    public EventSinkTests() => _sink = new(
        (_, item) =>
        {
            if (_storeFails)
                throw new IOException("the disk is full");
            _told.Enqueue(item);
        },
        (_, reason) => _dropped.Enqueue(reason), _clock);

    [Fact]
    public async Task A_node_publishes_over_clear_text_HTTP_2_and_an_event_sent_twice_is_told_once()
    {
        await using var server = await SinkServer.StartAsync(_sink);
        foreach (var id in (string[])["a", "b", "b", "a", "c"])
            await server.Channel.UnaryAsync(EventSink.Path, Event(id, id), Empty.Parser, new(TimeSpan.FromSeconds(30)),
                CancellationToken.None);
        Assert.Equal(["a", "b", "c"], _told.OfType<TalosEvent.Phase>().Select(p => p.Name));
        Assert.Empty(_dropped);
    }

    [Fact]
    public async Task An_event_that_could_not_be_stored_is_asked_for_again()
    {
        await using var server = await SinkServer.StartAsync(_sink);
        _storeFails = true;
        var failed = await Assert.ThrowsAsync<TalosApiException>(
            () => server.Channel.UnaryAsync(EventSink.Path, Event("a"), Empty.Parser, new(TimeSpan.FromSeconds(30)),
                CancellationToken.None));
        Assert.Equal(GrpcCode.Unavailable, failed.Code);
        Assert.DoesNotContain("disk", failed.Message, StringComparison.Ordinal);
        _storeFails = false;
        await server.Channel.UnaryAsync(EventSink.Path, Event("a"), Empty.Parser, new(TimeSpan.FromSeconds(30)), CancellationToken.None);
        Assert.Single(_told);
    }

    [Fact]
    public void Unknown_types_are_answered_OK_so_that_the_node_goes_on()
    {
        var answer = Publish(new EventRequest { Id = "n", Data = new Any { TypeUrl = "type.googleapis.com/machine.Tomorrow" } });
        Assert.Equal(GrpcCode.Ok, answer.Code);
        Assert.Equal("machine.Tomorrow", Assert.IsType<TalosEvent.Unknown>(Assert.Single(_told)).Kind);
    }

    [Fact]
    public void The_same_id_of_another_node_is_another_event()
    {
        Publish(Event("a"));
        Publish(Event("a"), IPAddress.Parse("10.20.0.12"));
        Publish(Event("a"), IPAddress.Parse("::ffff:10.20.0.11"));
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public void A_flood_is_held_back_and_a_patient_node_is_heard_again()
    {
        for (var i = 0; i < 2_000; i++)
            Assert.Equal(GrpcCode.Ok, (Publish(Event($"e{i}"))).Code);
        Assert.Equal(GrpcCode.ResourceExhausted, (Publish(Event("late"))).Code);
        Assert.Equal(GrpcCode.Ok, (Publish(Event("other"), IPAddress.Parse("10.20.0.12"))).Code);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(GrpcCode.Ok, (Publish(Event("late"))).Code);
        Assert.Equal(["too many events"], _dropped);
    }

    [Fact]
    public void Strangers_from_many_addresses_push_nobody_out_who_was_just_heard()
    {
        for (var i = 0; i < 20_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            Publish(Event("s"), new IPAddress([10, 99, (byte)(i >> 8), (byte)i]));
            if (i % 1000 == 0)
                Publish(Event("mine"));
        }

        Assert.Equal(20_001, _told.Count);
    }

    [Fact]
    public void What_is_no_event_is_refused()
    {
        foreach (var bytes in (byte[][])[[], [0, 0], HostileServer.Frame(0, 100, 1), HostileServer.Frame(1, 1, 1),
            HostileServer.Frame(0, uint.MaxValue), HostileServer.Frame(0, 2, 0xFF, 0xFF),
            HostileServer.Frame(0, 6, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07)]) // an id of 2 GiB less a byte
            Assert.NotEqual(GrpcCode.Ok, _sink.Publish(Node, bytes).Code);
        Assert.Empty(_told);
        Assert.Equal(7, _dropped.Count);
    }

    // The protobuf library makes room for what the second length claims: 1.3 GB, for each message of twelve bytes.
    [Fact]
    public void A_message_with_lengths_of_nothing_takes_no_memory()
    {
        byte[] claims = HostileServer.Frame(0, 12, 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x12, 0x80, 0x8E, 0xFB, 0xFE, 0x04);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(GrpcCode.InvalidArgument, _sink.Publish(Node, claims).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Parts_are_as_long_as_they_say_at_any_depth()
    {
        var type = EventRequest.Descriptor;
        var whole = Event("a").ToByteArray();
        Assert.True(MessageLengths.AreTrue(whole, type));
        Assert.True(MessageLengths.AreTrue([], type));
        for (var length = 1; length < whole.Length; length++)
            Assert.Equal(CanRead(whole[..length]), MessageLengths.AreTrue(whole.AsSpan(0, length), type));
        Assert.True(MessageLengths.AreTrue([0x0A, 2, 0x12, 0], type)); // data with an empty value
        Assert.False(MessageLengths.AreTrue([0x0A, 2, 0x12, 1], type)); // and with one that is longer than the data
        Assert.True(MessageLengths.AreTrue([0x12, 2, 0x12, 1], type)); // an id of the same bytes
        Assert.False(MessageLengths.AreTrue([0x7B, 0x7C], type)); // a group
        Assert.False(MessageLengths.AreTrue([0x08, .. Enumerable.Repeat((byte)0xFF, 11)], type)); // a number without an end
    }

    [Fact]
    public void Random_bodies_never_throw()
    {
        var random = new Random(8091);
        var seed = GrpcFrame.Write(Event("a"));
        for (var i = 0; i < 20_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            var bytes = seed.ToArray();
            for (var n = random.Next(4); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _sink.Publish(Node, bytes.AsSpan(0, random.Next(bytes.Length + 1)));
        }

        Assert.NotEmpty(_told);
        Assert.NotEmpty(_dropped);
    }

    private static bool CanRead(byte[] bytes)
    {
        try
        {
            EventRequest.Parser.ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private EventSinkAnswer Publish(EventRequest request, IPAddress? from = null) =>
        _sink.Publish(from ?? Node, GrpcFrame.Write(request));

    private static EventRequest Event(string id, string phase = "config") => new()
    {
        Id = id,
        Data = new Any { TypeUrl = "type.googleapis.com/machine.PhaseEvent", Value = new PhaseEvent { Phase = phase }.ToByteString() },
    };

    private sealed class SettableClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
