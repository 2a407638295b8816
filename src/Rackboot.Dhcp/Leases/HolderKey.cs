namespace Rackboot.Dhcp;

/// <summary>What a lease of an unknown client hangs on: its client identifier, or without one its hardware address (RFC 2131
/// §4.2).</summary>
internal static class HolderKey
{
    public static string Of(DhcpClient client) =>
        client.ClientIdentifier.IsEmpty ? "mac:" + client.HardwareAddress : "id:" + Convert.ToHexStringLower(client.ClientIdentifier.Span);
}
