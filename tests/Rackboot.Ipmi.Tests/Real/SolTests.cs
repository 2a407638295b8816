using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Consoles through ipmi_sim, whose serial port is a TCP connection of the test.</summary>
public sealed class SolTests : IAsyncLifetime
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IpmiSocket _socket = new();
    private IpmiSimulator _bmc = null!;
    private TcpClient _serial = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IPEndPoint Bmc => _bmc.EndPoint;

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        _bmc = await IpmiSimulator.StartAsync(serialPort: ((IPEndPoint)_listener.LocalEndpoint).Port);
        _serial = await _listener.AcceptTcpClientAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (_bmc is not null)
            await _bmc.DisposeAsync();
        _serial?.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task What_the_machine_writes_is_read_and_what_is_typed_arrives()
    {
        await using var session = await Sessions.OpenAsync(_socket, Bmc);
        await using var console = await SolConsole.ActivateAsync(session, SolOptions.Default, Cancel);
        await _serial.GetStream().WriteAsync("login: "u8.ToArray(), Cancel);
        Assert.Equal("login: ", await ReadAsync(console, 7));
        await console.WriteAsync("root\r"u8.ToArray(), Cancel);
        Assert.Equal("root\r", await TypedAsync(5));
        Assert.False(await session.IsOnAsync());
    }

    [Fact]
    public async Task A_long_boot_log_and_a_long_paste_come_through_whole()
    {
        await using var session = await Sessions.OpenAsync(_socket, Bmc);
        await using var console = await SolConsole.ActivateAsync(session, SolOptions.Default, Cancel);
        var log = string.Concat(Enumerable.Range(0, 800).Select(i => $"[{i,6}] line of a boot log\r\n"));
        var writing = _serial.GetStream().WriteAsync(Encoding.ASCII.GetBytes(log), Cancel);
        Assert.Equal(log, await ReadAsync(console, log.Length));
        await writing;
        var paste = string.Concat(Enumerable.Range(0, 150).Select(i => $"echo {i}\n"));
        var typing = console.WriteAsync(Encoding.ASCII.GetBytes(paste), Cancel);
        Assert.Equal(paste, await TypedAsync(paste.Length));
        await typing;
        Assert.Equal(0, console.Lost);
    }

    [Fact]
    public async Task A_second_console_is_refused_or_takes_over()
    {
        await using var first = await Sessions.OpenAsync(_socket, Bmc);
        var firstConsole = await SolConsole.ActivateAsync(first, SolOptions.Default, Cancel);
        await using var second = await Sessions.OpenAsync(_socket, Bmc);
        var refused = await Assert.ThrowsAsync<IpmiException>(() => SolConsole.ActivateAsync(second, SolOptions.Default, Cancel));
        Assert.Equal(IpmiFailure.Refused, refused.Failure);
        Assert.Contains("has the console open", refused.Message);
        await using var console = await SolConsole.ActivateAsync(second, new SolOptions { TakeOver = true }, Cancel);
        await firstConsole.DisposeAsync(); // which ipmi_sim did not tell that it was over
        await _serial.GetStream().WriteAsync("here"u8.ToArray(), Cancel);
        Assert.Equal("here", await ReadAsync(console, 4));
    }

    [Fact]
    public async Task A_closed_console_can_be_opened_again_in_the_same_session()
    {
        await using var session = await Sessions.OpenAsync(_socket, Bmc);
        for (var i = 0; i < 3; i++)
        {
            await using var console = await SolConsole.ActivateAsync(session, SolOptions.Default, Cancel);
            await console.WriteAsync("x"u8.ToArray(), Cancel);
            Assert.Equal("x", await TypedAsync(1));
        }

        Assert.False(await session.IsOnAsync());
    }

    [Fact]
    public async Task A_break_is_acknowledged()
    {
        await using var session = await Sessions.OpenAsync(_socket, Bmc);
        await using var console = await SolConsole.ActivateAsync(session, SolOptions.Default, Cancel);
        await console.SendBreakAsync(Cancel);
        await console.WriteAsync("b"u8.ToArray(), Cancel);
        var typed = new byte[3];
        await _serial.GetStream().ReadExactlyAsync(typed, Cancel);
        Assert.Equal([0xFF, 0xF3, (byte)'b'], typed); // telnet's break, as the serial port is a TCP connection
    }

    private static async Task<string> ReadAsync(SolConsole console, int length)
    {
        var buffer = new byte[length];
        for (var had = 0; had < length;)
            had += await console.ReadAsync(buffer.AsMemory(had), Cancel) is var read and > 0 ? read : throw new EndOfStreamException();
        return Encoding.ASCII.GetString(buffer);
    }

    private async Task<string> TypedAsync(int length)
    {
        var buffer = new byte[length];
        await _serial.GetStream().ReadExactlyAsync(buffer, Cancel);
        return Encoding.ASCII.GetString(buffer);
    }
}
