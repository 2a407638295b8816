namespace Rackboot.Tftp;

/// <summary>Says which transfers are due, at constant cost for each: slots of time, gone through in turn. An acknowledgement touches
/// nothing here: a transfer whose deadline moved is put back when its slot comes.</summary>
internal sealed class DeadlineWheel(DateTimeOffset start)
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    // A deadline beyond the last slot is looked at there, and put back.
    private const int Slots = 32;

    private readonly LinkedList<TransferSession>[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new LinkedList<TransferSession>())];
    private long _next;

    public void Put(TransferSession session)
    {
        var tick = Math.Clamp(TickOf(session.Transfer.Due) + 1, _next + 1, _next + Slots - 1);
        _slots[tick % Slots].AddLast(session.OnWheel);
    }

    public static void Remove(TransferSession session) => session.OnWheel.List?.Remove(session.OnWheel);

    /// <summary>The next transfer whose slot has come, no longer on the wheel; null if there is none.</summary>
    public TransferSession? Take(DateTimeOffset now)
    {
        var current = TickOf(now);
        if (current - _next > Slots)
            _next = current - Slots; // once around finds all
        for (; _next <= current; _next++)
            if (_slots[_next % Slots].First is { } node)
            {
                node.List!.Remove(node);
                return node.Value;
            }

        return null;
    }

    private long TickOf(DateTimeOffset time) => (time - start).Ticks / Tick.Ticks;
}
