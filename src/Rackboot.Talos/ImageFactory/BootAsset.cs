namespace Rackboot.Talos.ImageFactory;

/// <summary>Files that the Image Factory builds of a schematic for bare metal.</summary>
public enum BootAsset
{
    Kernel,
    Initramfs,
    CommandLine,
    Uki,
    Iso,
    Installer,
}
