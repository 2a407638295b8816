namespace Rackboot.Ipmi.Wire;

/// <summary>
/// Which session sequence numbers of a BMC were seen (IPMI 2.0 §6.12.13: a window of 32, 15 above and 16 below the highest). What comes
/// twice or from outside the window is to be dropped. Not thread-safe.
/// </summary>
internal struct SequenceWindow
{
    public const int Ahead = 15;
    public const int Behind = 16;

    private uint _highest;

    // Bit n: the number n below the highest was seen.
    private uint _seen;

    /// <summary>Whether a packet with this number is new, and notes it. 0 is the number of packets outside of sessions.</summary>
    public bool Take(uint sequence)
    {
        if (sequence == 0)
            return false;
        if (_seen == 0)
        {
            (_highest, _seen) = (sequence, 1);
            return true;
        }

        var distance = unchecked((int)(sequence - _highest));
        if (distance is > Ahead or < -Behind)
            return false;
        if (distance > 0)
        {
            (_highest, _seen) = (sequence, _seen << distance | 1);
            return true;
        }

        var bit = 1u << -distance;
        var isNew = (_seen & bit) == 0;
        _seen |= bit;
        return isNew;
    }
}
