using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What the next boot is told: parameter 5 of the System Boot Options (IPMI 2.0 §28.13, table 28-14).</summary>
public sealed record BootFlags
{
    /// <summary>Bytes of the parameter.</summary>
    public const int Length = 5;

    /// <summary>The flags as they are without a wish: the firmware's own order.</summary>
    public static BootFlags Unset { get; } = new() { IsValid = false, Device = BootDevice.None };

    /// <summary>Whether firmware shall heed the rest. Firmware clears it after the boot if the flags are for one boot.</summary>
    public required bool IsValid { get; init; }

    /// <summary>For every boot from now on, not only the next.</summary>
    public bool IsPersistent { get; init; }

    /// <summary>UEFI, not legacy BIOS.</summary>
    public bool IsEfi { get; init; }

    /// <summary>Whether the firmware's settings are to be cleared.</summary>
    public bool ClearsCmos { get; init; }

    /// <summary>The device; some makers use numbers of the table for other devices (<see cref="BootDialect"/>).</summary>
    public required BootDevice Device { get; init; }

    /// <summary>Which of several such devices: 0 is any; 1 to 15 external, 17 to 31 internal.</summary>
    public byte Instance { get; init; }

    /// <summary>The next boot from this device, the ones after it as before.</summary>
    public static BootFlags Once(BootDevice device, bool efi) => new() { IsValid = true, IsEfi = efi, Device = device };

    /// <summary>Every boot from this device.</summary>
    public static BootFlags Always(BootDevice device, bool efi) => Once(device, efi) with { IsPersistent = true };

    public byte[] ToBytes() =>
    [
        (byte)((IsValid ? 0x80 : 0) | (IsPersistent ? 0x40 : 0) | (IsEfi ? 0x20 : 0)),
        (byte)((ClearsCmos ? 0x80 : 0) | ((byte)Device & 0x0F) << 2),
        0,
        0,
        (byte)(Instance & 0x1F),
    ];

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out BootFlags? flags, [NotNullWhen(false)] out string? error)
    {
        (flags, error) = (null, null);
        if (data.Length < 2)
        {
            error = $"boot flags need {Length} bytes, got {data.Length}";
            return false;
        }

        flags = new BootFlags
        {
            IsValid = (data[0] & 0x80) != 0,
            IsPersistent = (data[0] & 0x40) != 0,
            IsEfi = (data[0] & 0x20) != 0,
            ClearsCmos = (data[1] & 0x80) != 0,
            Device = (BootDevice)(data[1] >> 2 & 0x0F),
            Instance = data.Length >= Length ? (byte)(data[4] & 0x1F) : (byte)0,
        };
        return true;
    }

    public override string ToString() => !IsValid || Device == BootDevice.None
        ? "no override"
        : $"{Device} {(IsPersistent ? "always" : "once")} ({(IsEfi ? "UEFI" : "legacy")}{(Instance == 0 ? "" : $", instance {Instance}")})";
}
