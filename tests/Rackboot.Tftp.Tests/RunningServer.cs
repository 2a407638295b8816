using System.Net;
using System.Threading.Channels;

namespace Rackboot.Tftp.Tests;

/// <summary>A server on a free port of loopback, with files by name; remembers what it said, in words.</summary>
internal sealed class RunningServer : ITftpFiles, ITftpObserver, IAsyncDisposable
{
    private readonly Dictionary<string, Func<TftpFile>> _files = [];
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private ManualTime? _time;

    public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

    public static async Task<RunningServer> StartAsync(TftpServerOptions? options = null, ManualTime? time = null)
    {
        var running = new RunningServer { _time = time };
        var chosen = (options ?? new TftpServerOptions()) with { Port = 0, ListenAddress = IPAddress.Loopback };
        var server = new TftpServer(chosen, running, running, (TimeProvider?)time ?? TimeProvider.System);
        running._run = server.RunAsync(running._stop.Token);
        running.Address = await server.Ready.WaitAsync(TimeSpan.FromSeconds(20));
        return running;
    }

    public static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        return content;
    }

    public void Serve(string name, Func<TftpFile> open) => _files[name] = open;

    public void Serve(string name, int length) => Serve(name, () => new MemoryTftpFile(Content(length)));

    public async Task<string> SaysAsync() => await _said.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The clients that are the server's own.</summary>
    public HashSet<IPAddress> Machines { get; } = [];

    public void BeginToStop() => _stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        for (var rounds = 0; _time is not null && rounds < 400 && !_run.IsCompleted; rounds++)
        {
            _time.Advance(TimeSpan.FromSeconds(1)); // nothing under way waits for real time
            await Task.WhenAny(_run, Task.Delay(TimeSpan.FromMilliseconds(50)));
        }

        await _run.WaitAsync(TimeSpan.FromSeconds(20));
        _stop.Dispose();
    }

    TftpFile? ITftpFiles.Open(TftpRead request) => _files.TryGetValue(request.FileName, out var open) ? open() : null;

    bool ITftpFiles.Expects(IPAddress client) => Machines.Contains(client);

    void ITftpObserver.Started(TftpRead request, long length)
    {
    }

    void ITftpObserver.Finished(TftpRead request, long length, TimeSpan duration) => _said.Writer.TryWrite($"finished {request.FileName}");

    void ITftpObserver.Failed(TftpRead request, string reason, bool probe) =>
        _said.Writer.TryWrite($"{(probe ? "probe" : "failed")} {request.FileName}: {reason}");

    void ITftpObserver.Dropped(EndPoint source, string reason) => _said.Writer.TryWrite($"dropped: {reason}");
}
