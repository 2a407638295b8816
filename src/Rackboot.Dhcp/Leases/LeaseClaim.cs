namespace Rackboot.Dhcp;

/// <summary>Who asks for an address.</summary>
/// <param name="Holder">Whom the lease belongs to.</param>
/// <param name="Key">What its address is found by: the holder, or for a further interface of a machine something of its own.</param>
/// <param name="HardwareAddress">The interface that asks.</param>
/// <param name="TakesOver">It may have what another hardware address holds under the same key.</param>
internal readonly record struct LeaseClaim(string Holder, string Key, string HardwareAddress, bool TakesOver)
{
    /// <summary>It may have what is only offered to a claim that does not go first.</summary>
    public bool GoesFirst { get; init; }

    /// <summary>A client that the policy does not know: its key identifies it.</summary>
    public static LeaseClaim OfStranger(string key, string hardwareAddress) => new(key, key, hardwareAddress, TakesOver: true);

    public static LeaseClaim OfMachine(string holder, string hardwareAddress) => new(holder, holder, hardwareAddress, TakesOver: false);

    /// <summary>The claim of an interface beside the one that has the machine's address.</summary>
    public LeaseClaim OfFurtherInterface => this with { Key = $"{Holder} {HardwareAddress}" };
}
