using Rackboot.Lab.Machines;

namespace Rackboot.Lab.Storm.Boot;

/// <summary>What iPXE puts in for <c>${…}</c> (ipxe.org/cfg).</summary>
internal static class IpxeVariables
{
    /// <summary>The address that a script chains to.</summary>
    public static string Chain(string script) =>
        script.Split('\n').Select(l => l.Trim().Split(' ')).FirstOrDefault(w => w is ["chain", "--replace", _, ..])?[2]
            ?? throw new BootException("the first script chains to nothing");

    public static string Expand(string text, StormMachine machine)
    {
        var isBios = machine.Firmware == MachineFirmware.Bios;
        foreach (var (name, value) in new[]
        {
            ("netX/mac", machine.Mac), ("uuid", $"{machine.Uuid}"), ("serial:uristring", machine.Serial),
            ("manufacturer:uristring", "Rackboot"), ("product:uristring", "Synthetic"), ("platform", isBios ? "pcbios" : "efi"),
            ("buildarch", isBios ? "i386" : "x86_64"),
        })
            text = text.Replace($"${{{name}}}", value, StringComparison.Ordinal);
        return text;
    }
}
