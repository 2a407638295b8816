namespace Rackboot.Dhcp;

/// <summary>Why the server stays silent about a client, in words that observers are told and may compare.</summary>
public static class DhcpSilence
{
    public const string NotServed = "from a network that is not served";
    public const string PoolExhausted = "no free address in the range";
    public const string NoRange = "no reservation, and the subnet has no range";
    public const string NothingToBoot = "nothing to boot";
    public const string NothingToBootAsProxy = "nothing to boot, and another server gives the addresses";
    public const string ForeignAddress = "it asks for an address that this server did not give it";
    public const string EveryAddressInUse = "every address that was probed is in use";
}
