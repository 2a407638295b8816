using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>The machine's power and chassis: the answer to Get Chassis Status (IPMI 2.0 §28.2).</summary>
public sealed record ChassisStatus
{
    public required bool IsOn { get; init; }
    public required bool PowerOverload { get; init; }

    /// <summary>A panel that must be closed keeps the power off.</summary>
    public required bool Interlock { get; init; }

    public required bool PowerFault { get; init; }

    /// <summary>The BMC tried to switch the power and could not.</summary>
    public required bool PowerControlFault { get; init; }

    public required PowerRestorePolicy RestorePolicy { get; init; }

    /// <summary>The last power-off came from the mains.</summary>
    public required bool LastOffByMains { get; init; }

    /// <summary>The last power-on came from an IPMI command.</summary>
    public required bool LastOnByCommand { get; init; }

    public required bool Intrusion { get; init; }
    public required bool FrontPanelLocked { get; init; }
    public required bool DriveFault { get; init; }
    public required bool CoolingFault { get; init; }

    /// <summary>Whether the identify light is on; null if the BMC does not tell.</summary>
    public required bool? Identifying { get; init; }

    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out ChassisStatus? status, [NotNullWhen(false)] out string? error)
    {
        (status, error) = (null, null);
        if (data.Length < 3)
        {
            error = $"a chassis status needs 3 bytes, got {data.Length}";
            return false;
        }

        var (power, last, chassis) = (data[0], data[1], data[2]);
        status = new ChassisStatus
        {
            IsOn = (power & 0x01) != 0,
            PowerOverload = (power & 0x02) != 0,
            Interlock = (power & 0x04) != 0,
            PowerFault = (power & 0x08) != 0,
            PowerControlFault = (power & 0x10) != 0,
            RestorePolicy = (PowerRestorePolicy)(power >> 5 & 3),
            LastOffByMains = (last & 0x01) != 0,
            LastOnByCommand = (last & 0x10) != 0,
            Intrusion = (chassis & 0x01) != 0,
            FrontPanelLocked = (chassis & 0x02) != 0,
            DriveFault = (chassis & 0x04) != 0,
            CoolingFault = (chassis & 0x08) != 0,
            Identifying = (chassis & 0x40) != 0 ? (chassis & 0x30) != 0 : null,
        };
        return true;
    }
}
