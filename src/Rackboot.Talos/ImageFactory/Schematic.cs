using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Talos.ImageFactory;

/// <summary>The customization of a Talos image: extensions, kernel arguments, META values, an overlay. Its id at the Image Factory is
/// the SHA-256 of its canonical text (siderolabs/image-factory pkg/schematic/schematic.go), so the id can be computed anywhere.</summary>
public sealed record Schematic
{
    /// <summary>The id of the empty schematic.</summary>
    public const string PlainId = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba";

    /// <summary>Only for factories with accounts.</summary>
    public string Owner { get; init; } = "";
    public SchematicOverlay? Overlay { get; init; }
    public string EmbeddedMachineConfiguration { get; init; } = "";
    public IReadOnlyList<string> ExtraKernelArgs { get; init; } = [];
    public IReadOnlyList<SchematicMeta> Meta { get; init; } = [];

    /// <summary><c>siderolabs/intel-ucode</c>.</summary>
    public IReadOnlyList<string> OfficialExtensions { get; init; } = [];

    /// <summary><c>dual-boot</c>, <c>sd-boot</c>, <c>grub</c>; empty lets Talos choose.</summary>
    public string Bootloader { get; init; } = "";

    /// <summary><c>off</c>, <c>manual</c>, <c>if-safe</c>, <c>force</c>; empty means <c>if-safe</c>.</summary>
    public string EnrollKeys { get; init; } = "";
    public bool IncludeWellKnownCertificates { get; init; }

    /// <summary>In bytes; 0 is the factory's default, 512.</summary>
    public uint SectorSize { get; init; }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToCanonicalText())));

    /// <summary>Whether <paramref name="text"/> has the form of an id.</summary>
    public static bool IsId(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Reads YAML or JSON written by a person; finds every error at once.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Schematic? schematic, out IReadOnlyList<SchematicMistake> mistakes) =>
        SchematicReader.TryRead(text, out schematic, out mistakes);

    /// <summary>The text whose hash is the id.</summary>
    public string ToCanonicalText() => SchematicText.Write(this);
}
