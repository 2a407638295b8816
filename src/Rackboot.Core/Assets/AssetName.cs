using Rackboot.Talos.ImageFactory;

namespace Rackboot.Core.Assets;

/// <summary>Valid names of assets.</summary>
public static class AssetName
{
    public const int MostCharacters = 200;

    /// <summary>A boot file of a Talos release.</summary>
    /// <param name="schematic">Image Factory schematic; null and the plain one are omitted, so that plain Talos always has one
    /// name.</param>
    /// <param name="file"><c>kernel</c> or <c>initramfs</c>.</param>
    public static string Talos(string version, string? schematic, string architecture, string file) =>
        schematic is null or Schematic.PlainId
            ? $"talos/{version}/{architecture}/{file}" : $"talos/{version}/{schematic}/{architecture}/{file}";

    /// <summary>The error in <paramref name="name"/>, or null.</summary>
    public static string? Mistake(string name)
    {
        const string allowed = "allowed: talos/VERSION/ARCH/kernel, talos/VERSION/SCHEMATIC/ARCH/kernel, the same with initramfs, or "
            + "ipxe/ARCH/FILE or iso/FILE.iso, with letters, digits, '.', '-', '_' and '+'";
        if (name.Length > MostCharacters)
            return $"an asset name has at most {MostCharacters} characters";
        var parts = name.Split('/');
        if (parts.Any(part =>
            part.Length == 0 || part[0] == '.' || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+')))
            return $"\"{name}\" is not an asset name; {allowed}";
        return parts is ["talos", _, _, "kernel" or "initramfs"] or ["talos", _, _, _, "kernel" or "initramfs"] or ["ipxe", _, _]
            || parts is ["iso", [.., '.', 'i', 's', 'o']]
            ? null : $"\"{name}\" is not a known kind of asset; {allowed}";
    }
}
