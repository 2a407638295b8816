using System.Security.Cryptography;

namespace Rackboot.Core.Assets;

/// <summary>iPXE from the distribution's package; the files stay where the package installed them.</summary>
public static class DistributionAssets
{
    // Files of Debian's and Fedora's ipxe packages and the asset each becomes; the first existing one of each name is used.
    private static readonly (string Asset, string File)[] Files =
    [
        ("ipxe/bios/undionly.kpxe", "undionly.kpxe"),
        ("ipxe/amd64/snponly.efi", "snponly.efi"),
        ("ipxe/amd64/snponly.efi", "ipxe-snponly-x86_64.efi"),
        ("ipxe/amd64/ipxe.efi", "ipxe.efi"),
        ("ipxe/amd64/ipxe.efi", "ipxe-x86_64.efi"),
        ("ipxe/arm64/snponly.efi", "arm64-efi/snponly.efi"),
    ];

    /// <summary>Whether <paramref name="directory"/> has any.</summary>
    public static bool AnyIn(string directory) => Array.Exists(Files, f => Real(Path.Combine(directory, f.File)) is not null);

    /// <summary>When the newest of those in <paramref name="directory"/> was built; null if there is none.</summary>
    public static DateTimeOffset? NewestIn(string directory) => Files.Select(f => Real(Path.Combine(directory, f.File))).OfType<string>()
        .Select(file => (DateTimeOffset?)new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero)).Max();

    /// <summary>The assets in <paramref name="directory"/>; an asset may appear twice, and the first counts.</summary>
    internal static IEnumerable<Asset> Of(string directory)
    {
        foreach (var (name, file) in Files)
        {
            if (Real(Path.Combine(directory, file)) is not { } path)
                continue;
            using var content = File.OpenRead(path);
            yield return new Asset
            {
                Name = name,
                File = path,
                Bytes = content.Length,
                Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
                Added = new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero),
                Origin = AssetOrigin.Distribution,
            };
        }
    }

    // Packages link to /boot; a link has its own length, and may be broken.
    private static string? Real(string path)
    {
        try
        {
            path = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return File.Exists(path) ? path : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
