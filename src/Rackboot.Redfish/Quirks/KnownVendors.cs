namespace Rackboot.Redfish;

/// <summary>Finds the quirks of a service: by its root, then by what it manages.</summary>
internal static class KnownVendors
{
    /// <summary>The most particular first: NVIDIA's BMC is also an OpenBMC.</summary>
    public static IReadOnlyList<VendorQuirks> All { get; } =
    [
        DellQuirks.Table, HpeQuirks.Table, LenovoQuirks.Table, SupermicroQuirks.Table, NvidiaQuirks.Table, AmiQuirks.Table,
        OpenBmcQuirks.Table,
    ];

    public static VendorQuirks? OfRoot(string? vendor, string? product, IReadOnlyCollection<string> oemKeys) =>
        OfMaker(vendor) ?? All.FirstOrDefault(q => q.OemKeys.Any(oemKeys.Contains)) ?? OfMaker(product);

    /// <summary>For a service whose root tells nothing.</summary>
    public static VendorQuirks? OfSystem(string? manufacturer) =>
        All.FirstOrDefault(q => !q.RootAlwaysTells && Begins(q.Makers, manufacturer));

    public static VendorQuirks? OfManager(string? model) => All.FirstOrDefault(q => Begins(q.ManagerModels, model));

    private static VendorQuirks? OfMaker(string? maker) => All.FirstOrDefault(q => Begins(q.Makers, maker));

    private static bool Begins(IReadOnlyList<string> words, string? text) =>
        text is not null && words.Any(w => text.StartsWith(w, StringComparison.OrdinalIgnoreCase));
}
