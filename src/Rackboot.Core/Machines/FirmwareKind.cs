namespace Rackboot.Core.Machines;

public enum FirmwareKind
{
    Bios,
    Uefi,
}
