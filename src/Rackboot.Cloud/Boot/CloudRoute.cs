namespace Rackboot.Cloud;

/// <summary>A way for Talos to get onto a server.</summary>
public enum CloudRoute
{
    /// <summary>The provider takes an iPXE script as text.</summary>
    InlineScript,

    /// <summary>The provider fetches an iPXE script, so its address must be public.</summary>
    ScriptUrl,

    /// <summary>The provider fetches a kernel and its initramfs, and boots them over its own network.</summary>
    NetBoot,

    /// <summary>The provider fetches a disk image.</summary>
    DiskImage,

    /// <summary>A rescue system is started, and the image written to the disk over SSH.</summary>
    Rescue,

    /// <summary>An image that is at the provider already.</summary>
    CatalogueImage,
}
