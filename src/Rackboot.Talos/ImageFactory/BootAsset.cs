namespace Rackboot.Talos.ImageFactory;

/// <summary>Files that the Image Factory builds from a schematic for bare metal.</summary>
public enum BootAsset
{
    Kernel,
    Initramfs,
    CommandLine,
    Uki,
    Iso,
    Installer,
}
