namespace Rackboot.Ipmi;

/// <summary>What a BMC knows of its machine's identity, from its FRU inventory and its GUID. What it does not know is empty or
/// null.</summary>
public sealed record HardwareIdentity
{
    public required string Manufacturer { get; init; }
    public required string Product { get; init; }
    public required string PartNumber { get; init; }

    /// <summary>The product's serial number, else the chassis', else the board's.</summary>
    public required string SerialNumber { get; init; }

    public required string BoardSerialNumber { get; init; }

    /// <summary>The owner's own number.</summary>
    public required string AssetTag { get; init; }

    /// <summary>The machine's UUID in a byte order that must not be relied on: compare with <see cref="SystemGuid.Matches"/>.</summary>
    public SystemGuid? Guid { get; init; }

    /// <summary>Reads FRU device 0 and the system GUID; what the BMC refuses is left out.</summary>
    /// <exception cref="IpmiException">The BMC does not answer.</exception>
    public static async Task<HardwareIdentity> ReadAsync(IIpmiChannel channel, CancellationToken cancellation)
    {
        var fru = await TryAsync(() => channel.ReadFruAsync(0, cancellation)).ConfigureAwait(false);
        var guid = await TryAsync<SystemGuid>(async () => await channel.GetSystemGuidAsync(cancellation).ConfigureAwait(false))
            .ConfigureAwait(false);
        return From(fru, guid);
    }

    public static HardwareIdentity From(FruInventory? fru, SystemGuid? guid) => new()
    {
        Manufacturer = First(fru?.Product?.Manufacturer, fru?.Board?.Manufacturer),
        Product = First(fru?.Product?.Name, fru?.Board?.Product),
        PartNumber = First(fru?.Product?.PartNumber, fru?.Chassis?.PartNumber, fru?.Board?.PartNumber),
        SerialNumber = First(fru?.Product?.SerialNumber, fru?.Chassis?.SerialNumber, fru?.Board?.SerialNumber),
        BoardSerialNumber = First(fru?.Board?.SerialNumber),
        AssetTag = First(fru?.Product?.AssetTag),
        Guid = guid is { IdentifiesNothing: false } ? guid : null,
    };

    private static string First(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            if (!string.IsNullOrEmpty(text))
                return text;
        }

        return "";
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T?>> ask)
        where T : class
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (IpmiException refused) when (refused.Failure is IpmiFailure.Refused or IpmiFailure.BadAnswer
            or IpmiFailure.InsufficientPrivilege)
        {
            return null;
        }
    }
}
