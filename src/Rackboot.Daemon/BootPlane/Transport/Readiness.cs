using System.Threading.Tasks.Sources;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>An event loop's signal to a waiter that a retry makes sense. The waiter continues in the loop's
/// thread.</summary>
internal sealed class Readiness : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _source;
    private bool _said;
    private bool _waitedFor;

    /// <summary>Completes at the next signal, or at once if there was one since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_waitedFor)
                throw new InvalidOperationException("another caller already waits for this");
            if (_said)
            {
                _said = false;
                return ValueTask.CompletedTask;
            }

            _source.Reset();
            _waitedFor = true;
            return new ValueTask(this, _source.Version);
        }
    }

    public void Say()
    {
        lock (_lock)
        {
            if (!_waitedFor)
            {
                _said = true;
                return;
            }

            _waitedFor = false;
        }

        _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
