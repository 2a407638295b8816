namespace Rackboot.Cli.Commands;

public enum AssetKind
{
    Kernel,
    Initramfs,
    Ipxe,
    Iso,
}
