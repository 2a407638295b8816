using System.Runtime.InteropServices;

namespace Rackboot.Cli.Terminal;

/// <summary>Notices that nobody reads standard output any more. The runtime ignores SIGPIPE and drops what is written to a closed pipe, so
/// a command that
/// follows something would do so for ever.</summary>
internal sealed partial class OpenPipe : IDisposable
{
    private const int StandardOutput = 1;
    private const short Gone = 0x8 | 0x20; // POLLERR, POLLNVAL: bits/poll.h

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop;
    private readonly Timer? _timer;

    private OpenPipe(CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        if (Console.IsOutputRedirected)
            _timer = new Timer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <summary>Set when the reader has closed the pipe.</summary>
    private bool IsClosed { get; set; }

    /// <summary>Runs <paramref name="follow"/> until it ends, is cancelled, or the reader closes the pipe, which is no failure.</summary>
    public static async Task<int> FollowAsync(Func<CancellationToken, Task<int>> follow, CancellationToken cancel)
    {
        using var pipe = new OpenPipe(cancel);
        try
        {
            return await follow(pipe._stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (pipe.IsClosed)
        {
            return ExitCode.Ok;
        }
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _stop.Dispose();
    }

    private void Look()
    {
        var descriptor = new PollDescriptor { Descriptor = StandardOutput };
        if (Poll(ref descriptor, 1, 0) <= 0 || (descriptor.Returned & Gone) == 0)
            return;
        IsClosed = true;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    // struct pollfd, poll(2).
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeout);
}
