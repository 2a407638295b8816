using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>A request that waits for its answer.</summary>
internal sealed class PendingRequest(PendingRequests all, IpmiRequest request, byte sequence) : IDisposable
{
    private readonly TaskCompletionSource<IpmiResponse> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IpmiRequest Request => request;

    public byte Sequence => sequence;

    public IpmiResponse? Answer => _answer.Task.IsCompletedSuccessfully ? _answer.Task.Result : null;

    /// <summary>Waits for the answer, at most so long; <see cref="Answer"/> says whether it came.</summary>
    public async Task WaitAsync(TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        await ((Task)_answer.Task.WaitAsync(patience, time, cancellation)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_answer.Task.IsCompleted)
            cancellation.ThrowIfCancellationRequested();
    }

    public bool IsFor(in IpmiMessage message) =>
        message.Sequence == sequence && message.Command == request.Command && message.NetFunction == (byte)request.NetFunction + 1;

    public bool TryComplete(IpmiResponse response) => _answer.TrySetResult(response);

    public void Cancel() => _answer.TrySetCanceled();

    public void Dispose() => all.End(this);
}
