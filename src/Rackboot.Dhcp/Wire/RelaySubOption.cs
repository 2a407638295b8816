namespace Rackboot.Dhcp;

/// <summary>Sub-options of option 82.</summary>
internal static class RelaySubOption
{
    public const byte CircuitId = 1; // RFC 3046 §3.1
    public const byte RemoteId = 2; // RFC 3046 §3.2
    public const byte LinkSelection = 5; // RFC 3527
    public const byte ServerIdentifierOverride = 11; // RFC 5107

    /// <summary>The value of sub-option <paramref name="code"/>; empty if it is not there or the option is cut short.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> option, byte code)
    {
        while (option.Length >= 2 && option.Length >= 2 + option[1])
        {
            if (option[0] == code)
                return option.Slice(2, option[1]);
            option = option[(2 + option[1])..];
        }

        return [];
    }
}
