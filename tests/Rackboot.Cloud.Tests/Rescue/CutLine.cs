using System.Net;
using System.Net.Sockets;

namespace Rackboot.Cloud.Tests.Rescue;

/// <summary>A line to a port that can break: what goes through it is counted, and after so many bytes to the far side both ends are
/// closed.</summary>
internal sealed class CutLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _to;
    private readonly Task _work;

    public CutLine(int to)
    {
        _to = to;
        _listener.Start();
        _work = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes to the far side after which the line breaks.</summary>
    public long CutAfter { get; set; } = long.MaxValue;

    /// <summary>Bytes that the newest connection carried to the far side.</summary>
    public long Carried { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _ = CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token));
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using (near)
        {
            await far.ConnectAsync(IPAddress.Loopback, _to, _end.Token);
            Carried = 0;
            var (there, back) = (ThereAsync(near.GetStream(), far.GetStream()), far.GetStream().CopyToAsync(near.GetStream(), _end.Token));
            await Task.WhenAny(there, back);
            // What the far side still says goes back, unless the line is cut.
            if (Carried < CutAfter)
                await back.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ThereAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[512];
        while (await from.ReadAsync(buffer, _end.Token) is > 0 and var read)
        {
            var passes = (int)Math.Min(read, CutAfter - Carried);
            await to.WriteAsync(buffer.AsMemory(0, passes), _end.Token);
            Carried += passes;
            if (Carried >= CutAfter)
                return;
        }
    }
}
