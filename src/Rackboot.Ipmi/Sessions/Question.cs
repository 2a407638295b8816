using System.Net;

namespace Rackboot.Ipmi;

/// <summary>Whether a datagram is the answer waited for.</summary>
internal delegate bool IsAnswer(ReadOnlySpan<byte> datagram);

/// <summary>Asks a BMC outside of any session: one question after the other, each with the answer that is looked for.</summary>
internal sealed class Question : IDatagramReceiver, IDisposable
{
    private readonly IpmiSocket _socket;
    private readonly SocketAddress _bmc;
    private Wait? _wait;
    private int _strange;

    public Question(IpmiSocket socket, IPEndPoint bmc)
    {
        (_socket, _bmc) = (socket, bmc.Serialize());
        socket.Attach(_bmc, this);
    }

    private sealed class Wait(IsAnswer isAnswer) : TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IsAnswer IsAnswer { get; } = isAnswer;
    }

    /// <summary>How many datagrams came meanwhile that were no answer to anything.</summary>
    public int Strange => Volatile.Read(ref _strange);

    /// <summary>Sends a datagram until its answer comes; null if none does.</summary>
    public async ValueTask<byte[]?> AskAsync(
        ReadOnlyMemory<byte> datagram, IsAnswer isAnswer, IpmiTimeouts timeouts, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < timeouts.Attempts; attempt++)
            if (await AskOnceAsync(datagram, isAnswer, timeouts.Wait(attempt), cancellation).ConfigureAwait(false) is { } answer)
                return answer;
        return null;
    }

    public async ValueTask<byte[]?> AskOnceAsync(
        ReadOnlyMemory<byte> datagram, IsAnswer isAnswer, TimeSpan patience, CancellationToken cancellation)
    {
        var wait = new Wait(isAnswer);
        Volatile.Write(ref _wait, wait);
        _socket.Send(_bmc, datagram.Span);
        await ((Task)wait.Task.WaitAsync(patience, _socket.Time, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return wait.Task.IsCompletedSuccessfully ? wait.Task.Result : null;
    }

    bool IDatagramReceiver.TryTake(ReadOnlySpan<byte> datagram)
    {
        var wait = Volatile.Read(ref _wait);
        return wait is { Task.IsCompleted: false } && wait.IsAnswer(datagram) && wait.TrySetResult(datagram.ToArray());
    }

    void IDatagramReceiver.Missed() => Interlocked.Increment(ref _strange);

    public void Dispose() => _socket.Detach(_bmc, this);
}
