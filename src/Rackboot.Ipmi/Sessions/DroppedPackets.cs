namespace Rackboot.Ipmi;

/// <summary>Counts of the datagrams that were thrown away, by reason. May be read at any time.</summary>
public sealed class DroppedPackets
{
    private long _foreign;
    private long _unasked;
    private long _malformed;
    private long _forged;
    private long _replayed;

    /// <summary>From an address that nothing was asked of.</summary>
    public long Foreign => Interlocked.Read(ref _foreign);

    /// <summary>Not for any session or question that is open: late, twice, or garbage outside of a session.</summary>
    public long Unasked => Interlocked.Read(ref _unasked);

    /// <summary>For a session, with a sound integrity code where there is one, and yet not to be understood.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>For a session, without an integrity code or with a wrong one.</summary>
    public long Forged => Interlocked.Read(ref _forged);

    /// <summary>For a session, with a sequence number seen already or outside the window.</summary>
    public long Replayed => Interlocked.Read(ref _replayed);

    internal void CountForeign() => Interlocked.Increment(ref _foreign);

    internal void CountUnasked() => Interlocked.Increment(ref _unasked);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountForged() => Interlocked.Increment(ref _forged);

    internal void CountReplayed() => Interlocked.Increment(ref _replayed);
}
