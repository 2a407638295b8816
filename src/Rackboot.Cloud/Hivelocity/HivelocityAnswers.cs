using System.Globalization;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Hivelocity;

/// <summary>What Hivelocity answers.</summary>
internal static class HivelocityAnswers
{
    public static CloudServer? Server(Answer device)
    {
        if (device["deviceId"].Text is not { Length: > 0 } id)
            return null;
        var word = device.Any("spsStatus").Text ?? (device["isReload"].Flag is true ? "RELOADING" : device["status"].Text ?? "");
        bool? on = device["powerStatus"].Text switch { "ON" or "on" => true, "OFF" or "off" => false, _ => null };
        var state = HivelocityTraits.States.Of(word);
        return new CloudServer
        {
            Id = id,
            Name = device.Any("hostname", "name").Text ?? "",
            State = state == CloudState.Running && on is false ? CloudState.Stopped : state,
            Word = word,
            On = on,
            Addresses = device["primaryIp"].Address is { } address ? [address] : [],
            Plan = device["productId"].Text,
            Location = device["location"].Any("facilityCode", "facility", "code").Text ?? device.Any("locationName").Text,
            Ends = device["hasCancellation"].Flag is false ? null : Ends(device["billingCancelDate"]),
        };
    }

    /// <summary>The products of a list, or of lists by place.</summary>
    public static IEnumerable<Answer> Products(Answer answer) =>
        answer.IsList ? answer.Items : answer.Members.SelectMany(group => group.Value.Items);

    public static CloudOffer? Offer(Answer product, IReadOnlyDictionary<string, string> places)
    {
        if (product["product_id"].Text is not { } id || product.Any("data_center", "location", "facility", "core").Text is not { } place)
            return null;
        var hourly = product["product_hourly_price"].Number;
        return new CloudOffer
        {
            Plan = id,
            Title = product["product_name"].Text,
            Location = place,
            Place = places.GetValueOrDefault(place),
            Cpu = product["product_cpu"].Text,
            Cores = product["processor_info"]["cores"].Whole ?? (int?)Leading(product["product_cpu_cores"].Text),
            MemoryGiB = Leading(product["product_memory"].Text),
            Disks = product["product_drive"].Text,
            Gpu = product["product_gpu"].Text is { Length: > 0 } gpu && gpu != "None" ? gpu : null,
            Gpus = product["product_gpu"].Text is { Length: > 0 } and not "None" ? 1 : 0,
            Network = product["product_bandwidth"].Text,
            Hourly = Money.Of(hourly is { } price ? price + (product["hourly_location_premium"].Number ?? 0) : null, "USD"),
            Monthly = Money.Of(product["product_monthly_price"].Number is { } month
                ? month + (product["monthly_location_premium"].Number ?? 0) : null, "USD"),
            Stock = product["stock"].Text switch
            {
                "available" => CloudStock.In,
                "limited" => CloudStock.Low,
                "unavailable" => CloudStock.Out,
                _ => CloudStock.Unknown,
            },
        };
    }

    // Seconds since 1970; a date in other versions.
    private static string? Ends(Answer date) => date.Number switch
    {
        null => date.Text is { Length: > 0 } text ? text : null,
        <= 0 or > uint.MaxValue => null,
        { } seconds => DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    // "16GB", "64 GB DDR4".
    private static decimal? Leading(string? text) =>
        text is not null && decimal.TryParse(new string([.. text.TakeWhile(char.IsAsciiDigit)]), out var number) ? number : null;
}
