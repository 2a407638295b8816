using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>A lease is durable before its ACK leaves.</summary>
public class CommitTests
{
    private readonly RecordingObserver _observer = new();
    private readonly MemoryStore _store = new();
    private readonly SentReplies _port = new();

    private sealed class SentReplies : IReplyPort
    {
        public List<Answer> All { get; } = [];

        /// <summary>Is told of each reply as it leaves.</summary>
        public Action<Answer> OnSend { get; set; } = _ => { };

        public void Send(IReadOnlyList<DhcpReply> replies)
        {
            foreach (var answer in replies.Select(r => new Answer(r)))
            {
                OnSend(answer);
                All.Add(answer);
            }
        }
    }

    private readonly ManualTime _time = new();

    private GroupCommit Commits(int most = 1000) => new(_store, new SafeObserver(_observer), most, _time);

    private static DhcpOutcome Ack(ServerUnderTest server, int client)
    {
        var offer = new Answer(server.Handle(new ClientPacket(DhcpMessageType.Discover, ClientPacket.Mac(client)).Build()).Reply!);
        return server.Handle(new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac(client)).Requesting(offer.Yours)
            .From(ServerUnderTest.Address).Build());
    }

    [Fact]
    public async Task An_answer_leaves_after_its_lease_is_stored_and_the_others_gather_meanwhile()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.100", "10.0.0.199"));
        var commits = Commits();
        var disk = new TaskCompletionSource();
        _store.Gate = disk.Task;
        _port.OnSend = answer => Assert.Contains(_store.Load(), l => l.Address.ToString() == answer.Yours);
        var first = Ack(server, 0);
        commits.Add(first, _port);
        commits.Start();
        for (var i = 1; i <= 20; i++)
        {
            var ack = Ack(server, i);
            commits.Add(ack, _port);
            commits.Start();
        }

        Assert.Empty(_port.All);
        disk.SetResult();
        await commits.CompleteAsync();

        Assert.Equal(21, _port.All.Count);
        Assert.Equal([1, 20], _store.Batches);
        Assert.Equal(21, _observer.Leases.Count);
    }

    [Fact]
    public async Task What_gathered_behind_a_slow_disk_leaves_in_bursts_that_a_relay_can_take()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.0.0.20", "10.0.0.250"));
        var commits = Commits();
        var disk = new TaskCompletionSource();
        _store.Gate = disk.Task;
        for (var i = 0; i <= 200; i++)
        {
            var ack = Ack(server, i);
            commits.Add(ack, _port);
            commits.Start();
        }

        disk.SetResult();
        await commits.CompleteAsync();

        Assert.Equal([1, 64, 64, 64, 8], _store.Batches);
        Assert.Equal(201, _port.All.Count);
    }

    [Fact]
    public async Task A_failed_commit_sends_nothing_is_observed_and_the_next_one_works()
    {
        var server = new ServerUnderTest();
        var commits = Commits();
        _store.DiesAfter = 0;
        var ack = Ack(server, 1);
        commits.Add(ack, _port);
        commits.Start();
        Assert.Equal("leases could not be stored (IOException)", _observer.LastReason);

        _store.DiesAfter = 1;
        var again = server.Handle(
            new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac(1)).Requesting("10.0.0.100").From(ServerUnderTest.Address).Build());
        commits.Add(again, _port);
        await commits.CompleteAsync();
        Assert.Equal("10.0.0.100", Assert.Single(_port.All).Yours);
    }

    [Fact]
    public async Task A_renewal_that_cannot_be_stored_is_told_what_is_left_of_the_stored_lease()
    {
        var server = new ServerUnderTest(time: _time);
        var commits = Commits();
        Commit(commits, Ack(server, 1));
        _store.DiesAfter = 0;
        _time.Advance(TimeSpan.FromMinutes(20));
        Commit(commits, server.Handle(new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac(1)).Using("10.0.0.100").Build()));
        var told = _port.All[^1];
        Assert.Equal((DhcpMessageType.Ack, "10.0.0.100"), (told.Type, told.Yours));
        Assert.Equal((2400u, 1200u, 2100u),
            (Seconds(told, DhcpOption.LeaseTime), Seconds(told, DhcpOption.RenewalTime), Seconds(told, DhcpOption.RebindingTime)));
        Assert.Equal(_time.GetUtcNow().AddMinutes(40), _observer.Leases.Last().Expires);

        _time.Advance(TimeSpan.FromMinutes(39.9));
        Commit(commits, server.Handle(new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac(1)).Using("10.0.0.100").Build()));
        Assert.Equal(2, _port.All.Count);
        _store.DiesAfter = 1;
        Commit(commits, server.Handle(new ClientPacket(DhcpMessageType.Request, ClientPacket.Mac(1)).Using("10.0.0.100").Build()));
        Assert.Equal(3600u, Seconds(_port.All[^1], DhcpOption.LeaseTime));
        await commits.CompleteAsync();
    }

    [Fact]
    public async Task A_reserved_address_is_given_though_nothing_can_be_stored_and_another_address_is_not()
    {
        var server = new ServerUnderTest();
        server.Policy.Know("machine:a", "10.0.0.7", ClientPacket.Mac(1));
        var commits = Commits();
        _store.DiesAfter = int.MaxValue;
        var (reserved, other) = (Ack(server, 1), Ack(server, 2));
        _store.DiesAfter = 0;
        Commit(commits, reserved);
        Commit(commits, other);
        Assert.Equal("10.0.0.7", Assert.Single(_port.All).Yours);
        Assert.Equal("leases could not be stored (IOException)", _observer.LastReason);
        await commits.CompleteAsync();
    }

    [Fact]
    public async Task A_stored_lease_of_one_machine_promises_nothing_to_another()
    {
        var server = new ServerUnderTest(time: _time);
        var commits = Commits();
        Commit(commits, Ack(server, 1));
        _time.Advance(TimeSpan.FromMinutes(10));
        var stored = server.Leases.Single();
        var lease = stored with { Holder = "somebody else", Expires = _time.GetUtcNow().AddHours(1) };
        _store.DiesAfter = 0;
        commits.Add(Ack(new ServerUnderTest(), 2) with { Commit = lease, Before = PackedLease.Of(stored) }, _port);
        await commits.CompleteAsync();
        Assert.Single(_port.All);
    }

    private void Commit(GroupCommit commits, DhcpOutcome outcome)
    {
        commits.Add(outcome, _port);
        commits.Start();
    }

    private static uint Seconds(Answer answer, DhcpOption option) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(answer.Message.Option(option));

    [Fact]
    public async Task Answers_over_the_limit_are_dropped_and_counted()
    {
        var server = new ServerUnderTest();
        var commits = Commits(most: 2);
        for (var i = 1; i <= 4; i++)
        {
            var ack = Ack(server, i);
            commits.Add(ack, _port);
        }

        await commits.CompleteAsync();
        Assert.Equal(2, _port.All.Count);
        Assert.Equal(2, _observer.Reasons.Count(r => r == "too many answers wait for the disk"));
    }

    [Fact]
    public async Task A_lease_and_the_one_that_it_replaces_are_stored_together()
    {
        var server = new ServerUnderTest();
        server.Policy.Know("machine:a", null, ClientPacket.Mac(1));
        Ack(server, 1);
        server.Policy.Know("machine:a", "10.0.0.21", ClientPacket.Mac(1));
        var moved = Ack(server, 1);
        var commits = Commits();
        commits.Add(moved, _port);
        await commits.CompleteAsync();
        Assert.Equal([2], _store.Batches);
    }

    [Fact]
    public async Task An_observer_that_throws_stops_nothing()
    {
        var server = new ServerUnderTest();
        var commits = new GroupCommit(_store, new SafeObserver(new ThrowingObserver()), 10, _time);
        for (var i = 1; i <= 2; i++)
        {
            var ack = Ack(server, i);
            commits.Add(ack, _port);
        }

        await commits.CompleteAsync();
        Assert.Equal(2, _port.All.Count);
    }

    /// <summary>The disk dies at any commit: every address that was promised is on it, and after the restart nobody else gets one of
    /// them.</summary>
    [Fact]
    public async Task Whenever_the_store_dies_no_promise_is_lost_and_none_given_twice()
    {
        for (var diesAfter = 0; diesAfter < 60; diesAfter++)
            await DieAfter(diesAfter, new Random(diesAfter));
    }

    private static async Task DieAfter(int commitsLeft, Random random)
    {
        var store = new MemoryStore { DiesAfter = commitsLeft };
        var port = new SentReplies();
        var pool = ServerUnderTest.Pool("10.0.0.100", "10.0.0.129");
        var time = new ManualTime();
        var promised = new Dictionary<string, string>();
        var commits = new GroupCommit(store, new RecordingObserver(), 1000, new ManualTime());
        var server = new ServerUnderTest(pool, time: time); // its own store stands aside
        for (var step = 0; step < 80; step++)
        {
            var client = random.Next(25);
            var outcome = Ack(server, client);
            commits.Add(outcome, port);
            if (random.Next(3) == 0)
                commits.Start();
        }

        await commits.CompleteAsync();
        foreach (var ack in port.All)
            promised[ack.Yours] = Convert.ToHexStringLower(ack.Message.HardwareAddress);

        var stored = store.Load();
        Assert.All(promised, p => Assert.Contains(
            stored, l => l.Address.ToString() == p.Key && l.HardwareAddress.Replace(":", "", StringComparison.Ordinal) == p.Value));
        store.DiesAfter = int.MaxValue;
        var again = new ServerUnderTest(pool, store: store, time: time);
        for (var stranger = 100; stranger < 140; stranger++)
            if (again.Lease(ClientPacket.Mac(stranger)) is { } address)
                Assert.False(promised.ContainsKey(address), $"{address} was promised before the crash");
    }

    private sealed class ThrowingObserver : IDhcpObserver
    {
        public void Answered(DhcpClient client, DhcpMessageType answer, IPAddress address, string? bootFile) =>
            throw new InvalidOperationException();

        public void Ignored(DhcpClient client, string reason) => throw new InvalidOperationException();

        public void Dropped(EndPoint source, string reason) => throw new InvalidOperationException();

        public void OtherServerChosen(DhcpClient client, IPAddress otherServer) => throw new InvalidOperationException();

        public void LeaseChanged(Lease lease) => throw new InvalidOperationException();

        public void AddressConflict(IPAddress address, string reason, string? by, string? declinedBy) =>
            throw new InvalidOperationException();
    }
}
