namespace Rackboot.Dhcp;

/// <summary>Notices messages that arrive again, byte by byte, sooner than any client repeats its own (RFC 2131 §4.1: after seconds): a loop
/// between switches, or a port that copies. Of messages that had to wait nobody knows how soon they came: where a server is behind, clients
/// do repeat themselves, and that is no loop.</summary>
internal sealed class Repetitions(TimeProvider time)
{
    private const int Places = 256;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(250);

    private readonly (int Hash, long? At)[] _heard = new (int, long?)[Places];
    private uint _last;

    public bool IsRepeated(ReadOnlySpan<byte> packet, Ingress ingress)
    {
        if (ingress.IsLate)
            return false;
        var code = new HashCode();
        code.Add(ingress.Interface);
        code.Add(ingress.IsProxyPort);
        code.AddBytes(packet);
        var hash = code.ToHashCode();
        _last = (uint)hash % Places;
        var (now, before) = (time.GetTimestamp(), _heard[_last]);
        _heard[_last] = (hash, now);
        return before.Hash == hash && before.At is { } at && time.GetElapsedTime(at, now) < Soon;
    }

    /// <summary>The last message will be handled once more, after a probe.</summary>
    public void Forget() => _heard[_last] = default;
}
