namespace Rackboot.Ipmi;

/// <summary>The product info area of a FRU (Platform Management FRU Information Storage Definition 1.0 §12). Texts that are not given are
/// empty.</summary>
/// <param name="Manufacturer">The product's maker.</param>
/// <param name="Name">The product's name.</param>
/// <param name="PartNumber">Part or model number.</param>
/// <param name="Version">The product's version.</param>
/// <param name="SerialNumber">The product's serial number.</param>
/// <param name="AssetTag">The owner's own number.</param>
/// <param name="FileId">What wrote the area.</param>
/// <param name="Further">Fields of the maker's own.</param>
public sealed record FruProductArea(
    string Manufacturer, string Name, string PartNumber, string Version, string SerialNumber, string AssetTag, string FileId,
    IReadOnlyList<string> Further);
