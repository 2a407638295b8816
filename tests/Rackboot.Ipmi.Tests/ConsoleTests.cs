using System.Text;
using Rackboot.Ipmi.Tests.Support;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi.Tests;

/// <summary>Serial-over-LAN packet by packet, against a BMC in the test's hands and a clock that stands.</summary>
public sealed class ConsoleTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = SolOptions.Default.Patience;

    private readonly ManualClock _clock = new();
    private readonly FakeBmc _bmc = new();
    private readonly IpmiSocket _socket;
    private IpmiSession _session = null!;
    private SolConsole _console = null!;

    public ConsoleTests() => _socket = new IpmiSocket(_clock);

    public async ValueTask InitializeAsync()
    {
        Assert.True(IpmiCredential.TryCreate("admin", "secret"u8, default, out var credential, out _));
        _session = await IpmiSession.OpenAsync(
            _socket, _bmc.EndPoint, credential, IpmiSessionOptions.Default, null, CancellationToken.None);
        var activating = SolConsole.ActivateAsync(_session, new SolOptions { MostUnread = 4 }, CancellationToken.None);
        var activate = await _bmc.NextAsync();
        Assert.Equal((0x06, 0x48), (activate.NetFunction, activate.Command));
        Assert.Equal([1, 1, 0xC4, 0, 0, 0], activate.Data);

        // 12 bytes a payload to the BMC: 8 characters.
        _bmc.Answer(activate, 0, 0, 0, 0, 0, 12, 0, 200, 0, 0x6F, 0x02, 0xFF, 0xFF);
        _console = await activating;
        Assert.Equal([15, 0, 0, 0], (await _bmc.NextAsync()).Payload);
        _clock.Advance(TimeSpan.FromMilliseconds(7)); // so that no timer of before is due when one of the test's is
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _bmc.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_typed_goes_out_in_numbered_packets_one_acknowledged_before_the_next()
    {
        var writing = WriteAsync("0123456789");
        await ExpectAsync(1, "01234567");
        Assert.False(_bmc.HasNext);
        Acknowledge(1, 8);
        await ExpectAsync(2, "89");
        Assert.False(writing.IsCompleted);
        Acknowledge(2, 2);
        await writing;
    }

    [Fact]
    public async Task A_packet_without_acknowledgement_is_sent_again_as_it_was()
    {
        var writing = WriteAsync("abc");
        await ExpectAsync(1, "abc");
        await _clock.PassAsync(Patience);
        await ExpectAsync(1, "abc");
        Acknowledge(7, 3);
        Acknowledge(1, 3);
        await writing;
        Assert.False(_bmc.HasNext);
    }

    [Fact]
    public async Task The_rest_of_a_packet_accepted_in_part_goes_out_in_a_new_one()
    {
        var writing = WriteAsync("abcdef");
        await ExpectAsync(1, "abcdef");
        Acknowledge(1, 4);
        await ExpectAsync(2, "ef");
        Acknowledge(2, 2);
        await writing;
    }

    [Fact]
    public async Task A_refused_packet_is_offered_again_after_a_while()
    {
        var writing = WriteAsync("abc");
        await ExpectAsync(1, "abc");
        Acknowledge(1, 1, status: 0x40);
        await _clock.PassAsync(SolOptions.Default.Pause);
        await ExpectAsync(2, "bc");
        Acknowledge(2, 2);
        await writing;
    }

    [Fact]
    public async Task A_machine_that_is_off_takes_no_characters_and_that_is_said()
    {
        var writing = WriteAsync("x");
        for (var i = 1; i <= SolOptions.Default.Attempts; i++)
        {
            await ExpectAsync((byte)i, "x");
            Acknowledge((byte)i, 0, status: 0x60);
            if (i < SolOptions.Default.Attempts)
                await _clock.PassAsync(SolOptions.Default.Pause);
        }

        var refused = await Assert.ThrowsAsync<IpmiException>(() => writing);
        Assert.Equal(IpmiFailure.Refused, refused.Failure);
        Assert.Contains("is the machine on?", refused.Message);
    }

    [Fact]
    public async Task A_console_nobody_acknowledges_is_given_up()
    {
        var writing = WriteAsync("x");
        for (var i = 0; i < SolOptions.Default.Attempts; i++)
        {
            await ExpectAsync(1, "x");
            await _clock.PassAsync(Patience);
        }

        Assert.Equal(IpmiFailure.NoAnswer, (await Assert.ThrowsAsync<IpmiException>(() => writing)).Failure);
    }

    [Fact]
    public async Task What_the_machine_writes_is_acknowledged_and_read_once_however_often_it_is_sent()
    {
        Send(3, "boot");
        await ExpectAcknowledgementAsync(3, 4);
        Send(3, "boot");
        await ExpectAcknowledgementAsync(3, 4);
        Send(3, "booting"); // again, with more behind it
        await ExpectAcknowledgementAsync(3, 7);
        Send(4, "booting");
        await ExpectAcknowledgementAsync(4, 7);
        Assert.Equal("boot", await ReadAsync());
        Assert.Equal("ing", await ReadAsync());
        Assert.Equal("booting", await ReadAsync());
    }

    [Fact]
    public async Task Characters_and_an_acknowledgement_come_in_one_packet()
    {
        var writing = WriteAsync("ls");
        await ExpectAsync(1, "ls");
        _bmc.Send(PayloadType.SerialOverLan, [5, 1, 2, 0, .. "ls"u8]);
        await writing;
        await ExpectAcknowledgementAsync(5, 2);
        Assert.Equal("ls", await ReadAsync());
    }

    [Fact]
    public async Task A_small_buffer_gets_the_rest_at_the_next_reading()
    {
        Send(1, "abc");
        await ExpectAcknowledgementAsync(1, 3);
        var buffer = new byte[2];
        Assert.Equal(2, await _console.ReadAsync(buffer, CancellationToken.None));
        Assert.Equal("ab"u8.ToArray(), buffer);
        Assert.Equal("c", await ReadAsync());
    }

    [Fact]
    public async Task A_reader_that_sleeps_loses_the_oldest_characters_and_stops_nothing()
    {
        for (byte i = 1; i <= 6; i++)
        {
            Send(i, $"{i}{i}");
            await ExpectAcknowledgementAsync(i, 2);
        }

        Assert.Equal(4, _console.Lost);
        Assert.Equal("33", await ReadAsync());
    }

    [Fact]
    public async Task The_end_of_a_console_is_read_as_an_end()
    {
        Send(1, "bye");
        await ExpectAcknowledgementAsync(1, 3);
        _bmc.Send(PayloadType.SerialOverLan, [0, 0, 0, 0x10]);
        Assert.Equal("bye", await ReadAsync());
        Assert.Equal("", await ReadAsync());
        Assert.Equal(IpmiFailure.SessionLost, (await Assert.ThrowsAsync<IpmiException>(() => WriteAsync("x"))).Failure);
    }

    [Fact]
    public async Task A_break_is_a_packet_of_its_own()
    {
        var breaking = _console.SendBreakAsync(CancellationToken.None).AsTask();
        Assert.Equal([1, 0, 0, 0x10], (await _bmc.NextAsync()).Payload);
        Acknowledge(1, 0);
        await breaking;
    }

    [Fact]
    public async Task Packet_numbers_go_from_one_to_fifteen()
    {
        for (var i = 0; i < 32; i++)
        {
            var writing = WriteAsync("x");
            await ExpectAsync((byte)(i % 15 + 1), "x");
            Acknowledge((byte)(i % 15 + 1), 1);
            await writing;
        }
    }

    [Fact]
    public async Task A_console_is_deactivated_unless_it_is_anothers_by_now()
    {
        var closing = _console.DisposeAsync().AsTask();
        var info = await _bmc.NextAsync();
        Assert.Equal((0x4B, 2), (info.Command, info.Data.Length));
        _bmc.Answer(info, 0, 0xB0, 0xB0, 0xB0, 0xB0, 1, 0, 0, 0, 0, 0, 0, 0);
        var deactivate = await _bmc.NextAsync();
        Assert.Equal(0x49, deactivate.Command);
        Assert.Equal([1, 1, 0, 0, 0, 0], deactivate.Data);
        _bmc.Answer(deactivate, 0);
        await closing;
    }

    private Task WriteAsync(string text) => _console.WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None).AsTask();

    private async Task<string> ReadAsync()
    {
        var buffer = new byte[100];
        return Encoding.ASCII.GetString(
            buffer, 0, await _console.ReadAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private void Send(byte sequence, string text) =>
        _bmc.Send(PayloadType.SerialOverLan, [sequence, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)]);

    private void Acknowledge(byte sequence, byte accepted, byte status = 0) =>
        _bmc.Send(PayloadType.SerialOverLan, [0, sequence, accepted, status]);

    private async Task ExpectAsync(byte sequence, string text)
    {
        var packet = await _bmc.NextAsync();
        Assert.Equal(PayloadType.SerialOverLan, packet.Type);
        Assert.Equal([sequence, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)], packet.Payload);
    }

    private async Task ExpectAcknowledgementAsync(byte sequence, byte count) =>
        Assert.Equal([0, sequence, count, 0], (await _bmc.NextAsync()).Payload);
}
