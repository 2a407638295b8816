namespace Rackboot.Cli.Commands;

/// <summary>Checks a file before the upload, so that a wrong file fails here and not at boot.</summary>
public static class AssetCheck
{
    /// <summary>The error, or null.</summary>
    public static string? Mistake(string path, AssetKind kind, string architecture)
    {
        var head = new byte[0x8006];
        int length;
        try
        {
            using var file = File.OpenRead(path);
            length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path} cannot be read: {e.Message}";
        }

        if (length == 0)
            return $"{path} is empty";
        return kind switch
        {
            // Linux Documentation/arch/x86/boot.rst: the setup header's magic. Documentation/arch/arm64/booting.rst: the image's magic.
            AssetKind.Kernel when architecture == "amd64" && !head.AsSpan(0x202, 4).SequenceEqual("HdrS"u8) =>
                $"{path} is not an amd64 Linux kernel; Talos calls it kernel-amd64",
            AssetKind.Kernel when architecture == "arm64" && !head.AsSpan(56, 4).SequenceEqual("ARMd"u8)
                && !head.AsSpan(0, 2).SequenceEqual("MZ"u8) => $"{path} is not an arm64 Linux kernel; Talos calls it kernel-arm64",
            // ECMA-119 §8.1.2: the standard identifier of the first volume descriptor, in sector 16.
            AssetKind.Iso when !head.AsSpan(0x8001, 5).SequenceEqual("CD001"u8) => $"{path} is not an ISO 9660 image",
            AssetKind.Initramfs when head.AsSpan(0x202, 4).SequenceEqual("HdrS"u8) =>
                $"{path} is a kernel, not an initramfs; did you swap the two files?",
            AssetKind.Ipxe when architecture != "bios" && !head.AsSpan(0, 2).SequenceEqual("MZ"u8) =>
                $"{path} is not an EFI program; iPXE for {architecture} is a file like snponly.efi",
            _ => null,
        };
    }
}
