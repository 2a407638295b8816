namespace Rackboot.Core.Machines;

/// <summary>A system's serial number as an identity.</summary>
public static class SystemSerial
{
    // What boards say whose maker never wrote one.
    private static readonly HashSet<string> Meaningless = new(StringComparer.OrdinalIgnoreCase)
    {
        "0", "none", "n/a", "na", "unknown", "not specified", "not available", "not applicable", "default string", "default",
        "to be filled by o.e.m.", "to be filled by o.e.m", "system serial number", "serial number", "o.e.m.", "oem", "empty", "invalid",
        "123456789", "0123456789", "1234567890", "12345678", "xxxxxxxxxx", ".", "..",
    };

    /// <summary>The serial number without spaces around it; null if it identifies nothing.</summary>
    public static string? Canonical(string? serial)
    {
        var value = serial?.Trim();
        return string.IsNullOrEmpty(value) || Meaningless.Contains(value) || !value.AsSpan().ContainsAnyExcept(value[0]) ? null : value;
    }
}
