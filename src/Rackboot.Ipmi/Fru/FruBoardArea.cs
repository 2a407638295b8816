namespace Rackboot.Ipmi;

/// <summary>The board info area of a FRU (Platform Management FRU Information Storage Definition 1.0 §11). Texts that are not given are
/// empty.</summary>
/// <param name="Made">When the board was made, to the minute (UTC); null if unspecified.</param>
/// <param name="Manufacturer">The board's maker.</param>
/// <param name="Product">The board's name.</param>
/// <param name="SerialNumber">The board's serial number.</param>
/// <param name="PartNumber">The maker's part number.</param>
/// <param name="FileId">What wrote the area.</param>
/// <param name="Further">Fields of the maker's own.</param>
public sealed record FruBoardArea(
    DateTimeOffset? Made, string Manufacturer, string Product, string SerialNumber, string PartNumber, string FileId,
    IReadOnlyList<string> Further);
