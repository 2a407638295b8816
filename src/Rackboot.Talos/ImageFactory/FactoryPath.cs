namespace Rackboot.Talos.ImageFactory;

/// <summary>The paths of the Image Factory (siderolabs/image-factory docs/api.md).</summary>
public static class FactoryPath
{
    /// <summary>The path of a file below the factory's base URL.</summary>
    /// <param name="secureBoot">Signed for UEFI Secure Boot; kernels and initramfs images are the same for both.</param>
    public static string Image(string schematic, string version, BootAsset asset, string architecture, bool secureBoot = false) =>
        $"image/{schematic}/{version}/{FileName(asset, architecture, secureBoot)}";

    /// <summary><c>kernel-amd64</c>, <c>initramfs-amd64.xz</c>, <c>metal-amd64-secureboot.iso</c>.</summary>
    public static string FileName(BootAsset asset, string architecture, bool secureBoot = false)
    {
        var signed = secureBoot ? "-secureboot" : "";
        return asset switch
        {
            BootAsset.Kernel => $"kernel-{architecture}",
            BootAsset.Initramfs => $"initramfs-{architecture}.xz",
            BootAsset.CommandLine => $"cmdline-metal-{architecture}{signed}",
            BootAsset.Uki => $"metal-{architecture}{signed}-uki.efi",
            BootAsset.Iso => $"metal-{architecture}{signed}.iso",
            _ => $"installer-{architecture}{signed}.tar",
        };
    }

    /// <summary>The installer image, as in a machine configuration.</summary>
    /// <param name="host">The factory's host, <c>factory.talos.dev</c>.</param>
    /// <param name="version">Before v1.10 the factory had one installer for all platforms, under another name.</param>
    public static string InstallerImage(string host, string schematic, string version, bool secureBoot = false)
    {
        var older = version.Split('.') is [_, var minor, ..] && int.TryParse(minor, out var number) && number < 10;
        return $"{host}/{(older ? "installer" : "metal-installer")}{(secureBoot ? "-secureboot" : "")}/{schematic}:{version}";
    }
}
