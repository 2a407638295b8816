using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>MAC addresses as services write them: with colons, dashes or nothing between.</summary>
internal static class MacText
{
    // tmfifo_net0, the wire between a BlueField and its host: the same on every BlueField (NVIDIA, BlueField documentation, "RShim").
    private const string BlueFieldFifo = "00:1a:ca:ff:ff:01";

    /// <summary>The address of an interface, the one it was made with first; lower case with colons. Null if it has none.</summary>
    public static string? Of(JsonElement resource) => Read(resource.Text("PermanentMACAddress")) ?? Read(resource.Text("MACAddress"));

    /// <summary>Every address of an interface: the one it was made with, and the one it was given instead.</summary>
    public static IEnumerable<string> All(JsonElement resource) =>
        new[] { Read(resource.Text("PermanentMACAddress")), Read(resource.Text("MACAddress")) }.OfType<string>().Distinct();

    /// <summary>The address in the device path of a boot option, such as <c>PciRoot(0x2)/Pci(0x0,0x0)/MAC(02524200000A,0x1)</c> (UEFI
    /// specification, "Text Device Node Reference"); null if it names none, or none that is the machine's own.</summary>
    public static string? InDevicePath(string? path)
    {
        if (path?.Split("MAC(") is not [var before, var after, ..] || Read(after.Split(',', ')')[0]) is not { } mac)
            return null;
        // the wire between host and BMC, which makes an address up
        var wire = before.Contains("USB(", StringComparison.OrdinalIgnoreCase) && (Convert.ToByte(mac[..2], 16) & 2) != 0;
        return wire || mac == BlueFieldFifo ? null : mac;
    }

    public static string? Read(string? text)
    {
        if (text is null)
            return null;
        var digits = string.Concat(text.Where(c => c is not (':' or '-' or '.'))).ToLowerInvariant();
        if (digits.Length != 12 || !digits.All(char.IsAsciiHexDigit) || digits.All(c => c == '0') || digits.All(c => c == 'f'))
            return null;
        return string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));
    }
}
