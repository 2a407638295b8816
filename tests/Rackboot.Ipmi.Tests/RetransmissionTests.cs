using System.Net;
using System.Net.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Ipmi.Tests.Support;
using Rackboot.Ipmi.Wire;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests;

/// <summary>What a session does with time and with packets that nobody should send, against a BMC in the test's hands and a clock that
/// stands.</summary>
public sealed class RetransmissionTests : IAsyncLifetime
{
    private const byte On = 0x41;

    private static readonly IpmiRequest Status = new(IpmiNetFunction.Chassis, 0x01, default);
    private static readonly IpmiRequest PowerOn = new(IpmiNetFunction.Chassis, 0x02, new byte[] { 1 }, Repeatable: false);

    private readonly ManualClock _clock = new();
    private readonly FakeBmc _bmc = new();
    private readonly IpmiSocket _socket;
    private IpmiSession _session = null!;

    public RetransmissionTests() => _socket = new IpmiSocket(_clock);

    public async ValueTask InitializeAsync() => _session = await OpenAsync(IpmiSessionOptions.Default);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _bmc.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_request_is_sent_again_with_its_number_in_packets_of_their_own_and_any_answer_counts()
    {
        var asking = Ask(Status);
        var first = await _bmc.NextAsync();
        await _clock.PassAsync(TimeSpan.FromSeconds(0.5));
        var second = await _bmc.NextAsync();
        await _clock.PassAsync(TimeSpan.FromSeconds(1));
        var third = await _bmc.NextAsync();
        Assert.Equal([first.RequestSequence, first.RequestSequence], [second.RequestSequence, third.RequestSequence]);
        Assert.Equal([first.SessionSequence + 1, first.SessionSequence + 2], [second.SessionSequence, third.SessionSequence]);
        _bmc.Answer(first, 0, On, 0, 0);
        Assert.Equal(On, (await asking).Data.Span[0]);

        // The others are answered too, late.
        _bmc.Answer(second, 0, On, 0, 0);
        _bmc.Answer(third, 0, On, 0, 0);
        await ExchangeAsync();
        Assert.Equal(2, _socket.Dropped.Unasked);
    }

    [Fact]
    public async Task A_command_that_must_not_be_repeated_is_sent_once_and_waited_for()
    {
        var asking = Ask(PowerOn);
        var only = await _bmc.NextAsync();
        Assert.Equal([1], only.Data);
        await _clock.PassAsync(TimeSpan.FromSeconds(10));
        var unknown = await Assert.ThrowsAsync<IpmiException>(() => asking);
        Assert.Equal(IpmiFailure.SessionLost, unknown.Failure);
        Assert.Contains("may have been carried out", unknown.Message);
        Assert.False(_bmc.HasNext);
    }

    [Fact]
    public async Task A_silent_bmc_is_said_after_three_tries_and_a_question_for_life()
    {
        var asking = Ask(Status);
        _bmc.IsDead = true;
        foreach (var seconds in new[] { 0.5, 1, 2, 1 })
            await _clock.PassAsync(TimeSpan.FromSeconds(seconds));
        var dead = await Assert.ThrowsAsync<IpmiException>(() => asking);
        Assert.Equal(IpmiFailure.NoAnswer, dead.Failure);
        Assert.Contains(_bmc.EndPoint.ToString(), dead.Message);
        Assert.False(_session.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Replayed_forged_cut_and_foreign_packets_are_dropped_and_counted()
    {
        var asking = Ask(Status);
        var request = await _bmc.NextAsync();
        var answer = _bmc.Answer(request, 0, On, 0, 0);
        await asking;

        asking = Ask(Status);
        request = await _bmc.NextAsync();
        var dropped = _socket.Dropped;
        _bmc.SendRaw(answer);
        _bmc.Send(PayloadType.Message, [0], sequence: 0x7000_0000);
        _bmc.SendRaw([.. answer[..^1], (byte)(answer[^1] ^ 1)]);
        byte[] bare = [6, 0, 0xFF, 7, 6, 0, .. BitConverter.GetBytes(_bmc.ConsoleId), 9, 0, 0, 0, 11, 0, 0x81, 4, 0x7B, 0x20,
            (byte)(request.RequestSequence << 2), 1, 0, 0, 0, 0, 0];
        _bmc.SendRaw(bare);
        _bmc.SendRaw(answer[..30]);
        _bmc.SendRaw([6, 0, 0xFF, 7, 6, 0xC0, 1, 2, 3, 4, .. answer[10..]]);
        using (var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            stranger.SendTo(answer, new IPEndPoint(IPAddress.Loopback, _socket.Port(AddressFamily.InterNetwork)));
        Assert.False(asking.IsCompleted);
        _bmc.Answer(request, 0, 0x40, 0, 0);
        Assert.Equal(0x40, (await asking).Data.Span[0]);
        Assert.Equal((2L, 2L, 2L, 1L, 0L), (dropped.Replayed, dropped.Forged, dropped.Unasked, dropped.Foreign, dropped.Malformed));
    }

    [Fact]
    public async Task No_altered_packet_is_taken_for_an_answer_or_hurts_the_session()
    {
        var asking = Ask(Status);
        var answer = _bmc.Answer(await _bmc.NextAsync(), 0, On, 0, 0);
        await asking;
        asking = Ask(Status);
        var request = await _bmc.NextAsync();
        IDatagramReceiver receiver = _session;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100_000).WithQuietOnSuccess(true),
            Prop.ForAll(HostileBytes.From([answer]).ToArbitrary(), bytes =>
        {
            receiver.TryTake(bytes);
            return !asking.IsCompleted;
        }));
        Assert.InRange(_socket.Dropped.Forged, 2_000, 100_000);
        _bmc.Answer(request, 0, 0x40);
        Assert.Equal(0x40, (await asking).Data.Span[0]);
    }

    [Fact]
    public async Task Answers_to_something_else_are_no_answers()
    {
        var asking = Ask(Status);
        var request = await _bmc.NextAsync();
        _bmc.SendMessage(request.NetFunction, request.RequestSequence, request.Command, [0, 1]);
        _bmc.SendMessage(0x07, request.RequestSequence, request.Command, [0, 2]);
        _bmc.SendMessage(0x01, (byte)(request.RequestSequence + 1 & 0x3F), request.Command, [0, 3]);
        _bmc.SendMessage(0x01, request.RequestSequence, 0x02, [0, 4]);
        _bmc.Answer(request, 0, 5);
        Assert.Equal(5, (await asking).Data.Span[0]);
    }

    [Fact]
    public async Task An_idle_session_is_used_every_twenty_five_seconds_and_a_busy_one_is_not()
    {
        _clock.Advance(TimeSpan.FromSeconds(20));
        await ExchangeAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(_bmc.HasNext);
        _clock.Advance(TimeSpan.FromSeconds(20));
        var alive = await _bmc.NextAsync();
        Assert.Equal((0x06, 0x01), (alive.NetFunction, alive.Command));
        _bmc.Answer(alive, 0);
    }

    [Fact]
    public async Task A_session_that_was_silent_for_longer_than_a_bmc_keeps_it_has_ended()
    {
        _bmc.IsDead = true;
        for (var round = 0; round < 3 && !_session.Ended.IsCancellationRequested; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(25));
            foreach (var seconds in new[] { 0.5, 1, 2, 1 })
                await _clock.PassAsync(TimeSpan.FromSeconds(seconds));
        }

        await EndedAsync(_session);
        Assert.Equal(IpmiFailure.SessionLost, (await Assert.ThrowsAsync<IpmiException>(() => Ask(Status))).Failure);
    }

    [Fact]
    public async Task A_session_is_closed_at_the_bmc()
    {
        var closing = _session.DisposeAsync().AsTask();
        var close = await _bmc.NextAsync();
        Assert.Equal((0x06, 0x3C), (close.NetFunction, close.Command));
        Assert.Equal([0xB0, 0xB0, 0xB0, 0xB0], close.Data);
        _bmc.Answer(close, 0);
        await closing;
        Assert.Equal(IpmiFailure.SessionLost, (await Assert.ThrowsAsync<IpmiException>(() => Ask(Status))).Failure);
    }

    [Fact]
    public async Task One_request_at_a_time_is_under_way()
    {
        var (one, two) = (Ask(Status), Ask(Status));
        var first = await _bmc.NextAsync();
        Assert.False(_bmc.HasNext);
        _bmc.Answer(first, 0, 1);
        await Task.WhenAny(one, two);
        _bmc.Answer(await _bmc.NextAsync(), 0, 2);
        await Task.WhenAll(one, two);
    }

    [Fact]
    public async Task Several_requests_are_under_way_where_the_bmc_copes_and_are_answered_in_any_order()
    {
        using var bmc = new FakeBmc();
        var session = await IpmiSession.OpenAsync(
            _socket, bmc.EndPoint, Credential(), new IpmiSessionOptions { MostOutstanding = 3 }, null, CancellationToken.None);
        var asking = Enumerable.Range(0, 3).Select(i => session.SendAsync(
            new IpmiRequest(IpmiNetFunction.Chassis, (byte)(0x10 + i), default), CancellationToken.None).AsTask()).ToArray();
        var requests = new[] { await bmc.NextAsync(), await bmc.NextAsync(), await bmc.NextAsync() };
        foreach (var request in requests.Reverse())
            bmc.Answer(request, 0, request.Command);
        var answers = await Task.WhenAll(asking);
        Assert.Equal([0x10, 0x11, 0x12], answers.Select(a => a.Data.Span[0]));
    }

    [Fact]
    public async Task A_cancelled_request_leaves_the_session_in_order()
    {
        using var cancel = new CancellationTokenSource();
        var asking = _session.SendAsync(Status, cancel.Token).AsTask();
        var request = await _bmc.NextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        _bmc.Answer(request, 0, 1);
        await ExchangeAsync();
        Assert.Equal(1, _socket.Dropped.Unasked);
    }

    [Fact]
    public async Task Numbers_of_sixty_four_requests_and_more_are_used_in_turn()
    {
        for (var i = 0; i < 200; i++)
            await ExchangeAsync();
        Assert.Equal(0, _socket.Dropped.Replayed);
    }

    private static IpmiCredential Credential()
    {
        Assert.True(IpmiCredential.TryCreate("admin", "secret"u8, default, out var credential, out _));
        return credential;
    }

    private static async Task EndedAsync(IpmiSession session)
    {
        var ended = new TaskCompletionSource();
        await using var registration = session.Ended.Register(ended.SetResult);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task<IpmiSession> OpenAsync(IpmiSessionOptions options)
    {
        var session = await IpmiSession.OpenAsync(_socket, _bmc.EndPoint, Credential(), options, null, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMilliseconds(7)); // so that no timer of the login is due when one of the test's is
        return session;
    }

    private Task<IpmiResponse> Ask(IpmiRequest request) => _session.SendAsync(request, CancellationToken.None).AsTask();

    private async Task ExchangeAsync()
    {
        var asking = Ask(Status);
        _bmc.Answer(await _bmc.NextAsync(), 0, On);
        Assert.True((await asking).Succeeded);
    }
}
