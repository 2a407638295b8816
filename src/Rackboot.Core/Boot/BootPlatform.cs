using Rackboot.Core.Machines;
using Rackboot.Dhcp;

namespace Rackboot.Core.Boot;

/// <summary>The boot platform of an architecture in option 93.</summary>
/// <param name="Firmware">BIOS or UEFI.</param>
/// <param name="Architecture">As Talos and the asset store name it; <c>bios</c> machines count as amd64.</param>
/// <param name="IpxeDirectory">Where the asset store keeps its iPXE binaries.</param>
public sealed record BootPlatform(FirmwareKind Firmware, string Architecture, string IpxeDirectory)
{
    private static readonly string[] Preferred = ["undionly.kpxe", "snponly.efi", "ipxe.efi"];
    private static readonly BootPlatform Bios = new(FirmwareKind.Bios, "amd64", "ipxe/bios/");
    private static readonly BootPlatform Ia32 = Uefi("386");
    private static readonly BootPlatform Amd64 = Uefi("amd64");
    private static readonly BootPlatform Arm = Uefi("arm");
    private static readonly BootPlatform Arm64 = Uefi("arm64");
    private static readonly BootPlatform RiscV32 = Uefi("riscv32");
    private static readonly BootPlatform RiscV64 = Uefi("riscv64");
    private static readonly BootPlatform LoongArch64 = Uefi("loong64");

    /// <summary>The platform of <paramref name="architecture"/>; null if neither iPXE nor UEFI supports it.</summary>
    public static BootPlatform? Of(ClientArchitecture? architecture) => architecture switch
    {
        null or ClientArchitecture.X86Bios or ClientArchitecture.X86BiosHttp => Bios,
        ClientArchitecture.X86Uefi or ClientArchitecture.X86UefiHttp => Ia32,
        ClientArchitecture.X64Uefi or ClientArchitecture.X64UefiHttp => Amd64,
        ClientArchitecture.EfiByteCode or ClientArchitecture.EfiByteCodeHttp => Amd64, // sent by firmware of x64 machines
        ClientArchitecture.Arm32Uefi or ClientArchitecture.Arm32UefiHttp => Arm,
        ClientArchitecture.Arm32UBoot or ClientArchitecture.Arm32UBootHttp => Arm,
        ClientArchitecture.Arm64Uefi or ClientArchitecture.Arm64UefiHttp => Arm64,
        ClientArchitecture.Arm64UBoot or ClientArchitecture.Arm64UBootHttp or ClientArchitecture.ArmRpiBoot => Arm64,
        ClientArchitecture.RiscV32Uefi or ClientArchitecture.RiscV32UefiHttp => RiscV32,
        ClientArchitecture.RiscV64Uefi or ClientArchitecture.RiscV64UefiHttp => RiscV64,
        ClientArchitecture.LoongArch64Uefi or ClientArchitecture.LoongArch64UefiHttp => LoongArch64,
        _ => null,
    };

    /// <summary>An architecture in messages: <c>uefi amd64</c>.</summary>
    public static string Name(ClientArchitecture? architecture) =>
        architecture is not { } given ? "no architecture given"
        : Of(given) is { } platform ? $"{platform.Firmware.ToString().ToLowerInvariant()} {platform.Architecture}"
        : $"architecture {(int)given}";

    /// <summary>The iPXE binary for this platform: <c>snponly</c>, which uses the firmware's network driver, comes first.</summary>
    public string? IpxeIn(IEnumerable<string> assets)
    {
        var binaries = assets.Where(name => name.StartsWith(IpxeDirectory, StringComparison.Ordinal)).ToList();
        return Preferred.Select(file => IpxeDirectory + file).FirstOrDefault(binaries.Contains)
            ?? binaries.FirstOrDefault(name => name.EndsWith(".efi", StringComparison.Ordinal));
    }

    private static BootPlatform Uefi(string architecture) => new(FirmwareKind.Uefi, architecture, $"ipxe/{architecture}/");
}
