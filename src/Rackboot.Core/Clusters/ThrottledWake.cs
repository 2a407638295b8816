namespace Rackboot.Core.Clusters;

/// <summary>Wakes the reconciler for what nodes tell: at once, then at most once a second while there is more. Each round asks every node
/// of every cluster; a hall that boots tells thousands of things a second, and a node in trouble does not stop.</summary>
public sealed class ThrottledWake(Action wake, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private bool _rests;
    private bool _heardMore;

    /// <summary>A node told of a change.</summary>
    public void Hear()
    {
        lock (_lock)
        {
            if (_rests)
            {
                _heardMore = true;
                return;
            }

            _rests = true;
        }

        wake();
        _ = RestAsync();
    }

    private async Task RestAsync()
    {
        await Task.Delay(Between, time).ConfigureAwait(false);
        bool more;
        lock (_lock)
            (_rests, more, _heardMore) = (false, _heardMore, false);
        if (more)
            Hear();
    }
}
