using System.Globalization;
using Rackboot.Cloud;

namespace Rackboot.Daemon.Clouds;

/// <summary>A filter for offers.</summary>
internal sealed record OfferFilter(string? Gpu, string? Location, decimal? Max, string? Currency, bool All)
{
    /// <param name="max"><c>30</c>, <c>30/h</c>, <c>30 USD</c>.</param>
    public static bool TryParse(string? gpu, string? location, string? max, bool all, out OfferFilter filter, out string? mistake)
    {
        (filter, mistake) = (new OfferFilter(gpu, location, null, null, all), null);
        if (max is null)
            return true;
        var text = max.Replace("/h", "", StringComparison.Ordinal).Trim();
        if (Money.TryParse(text, out var money))
            filter = filter with { Max = money.Amount, Currency = money.Currency };
        else if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            filter = filter with { Max = amount };
        else
            mistake = $"\"{max}\" is not a price an hour, like 30 or 30 USD";
        return mistake is null;
    }

    public bool Fits(CloudOffer offer) =>
        (All || offer.Stock != CloudStock.Out)
        && (Gpu is null || Has(offer.Gpu, Gpu))
        && (Location is null || Has(offer.Location, Location) || Has(offer.Place, Location))
        && (Max is null || (offer.Hourly is { } hourly && hourly.Amount <= Max && (Currency is null || hourly.Currency == Currency)));

    private static bool Has(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) is true;
}
