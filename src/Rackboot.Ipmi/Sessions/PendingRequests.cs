using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>The requests of a session that wait for their answer, by request number (6 bits, IPMI 2.0 §13.8). Thread-safe.</summary>
internal sealed class PendingRequests
{
    private const int Numbers = 64;

    private readonly Lock _gate = new();
    private readonly List<PendingRequest> _waiting = [];
    private byte _last;

    public PendingRequest Begin(in IpmiRequest request)
    {
        lock (_gate)
        {
            do
                _last = (byte)((_last + 1) % Numbers);
            while (_waiting.Exists(w => w.Sequence == _last));
            var pending = new PendingRequest(this, request, _last);
            _waiting.Add(pending);
            return pending;
        }
    }

    /// <summary>Gives an answer to the request that it is for; false if none waits for it.</summary>
    public bool TryComplete(in IpmiMessage message)
    {
        lock (_gate)
        {
            foreach (var pending in _waiting)
                if (pending.IsFor(message))
                    return pending.TryComplete(new IpmiResponse(message.CompletionCode, message.Data.ToArray()));
            return false;
        }
    }

    public void End(PendingRequest pending)
    {
        lock (_gate)
            _waiting.Remove(pending);
    }

    /// <summary>Wakes all that wait; they find no answer.</summary>
    public void CancelAll()
    {
        lock (_gate)
            foreach (var pending in _waiting)
                pending.Cancel();
    }
}
