namespace Rackboot.Ndp;

/// <summary>Goes through the options of a message (RFC 4861 §4.6): a type, a length in units of 8 octets, and what it says.</summary>
internal ref struct NdpOptionReader(ReadOnlySpan<byte> options)
{
    private const int UnitBytes = 8;
    private const int HeaderBytes = 2;

    private ReadOnlySpan<byte> _rest = options;

    public byte Type { get; private set; }

    /// <summary>What follows type and length; 6 octets, or 8 more for each further unit.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Why there is no next option, if that is a fault of the message.</summary>
    public string? Error { get; private set; }

    /// <summary>Whether there is one more option.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || Error is not null)
            return false;
        if (_rest.Length < UnitBytes)
        {
            Error = "an option is truncated";
            return false;
        }

        // RFC 4861 §4.6: a message that has an option of length zero is discarded whole.
        var bytes = _rest[1] * UnitBytes;
        if (bytes == 0 || bytes > _rest.Length)
        {
            Error = bytes == 0 ? "an option has length zero" : "an option is truncated";
            return false;
        }

        Type = _rest[0];
        Value = _rest[HeaderBytes..bytes];
        _rest = _rest[bytes..];
        return true;
    }
}
