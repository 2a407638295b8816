using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Hivelocity;

/// <summary>What Hivelocity answers.</summary>
internal static class HivelocityAnswers
{
    public static CloudServer? Server(Answer device)
    {
        if (device["deviceId"].Text is not { Length: > 0 } id)
            return null;
        var word = device["spsStatus"].Text ?? (device["isReload"].Flag is true ? "RELOADING" : device["status"].Text ?? "");
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
            Location = device["location"]["facilityCode"].Text ?? device["locationName"].Text,
            Ends = device["billingCancelDate"].Text,
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
            Cores = product.Any("processor_info", "product_cpu_cores")["cores"].Whole ?? product["product_cpu_cores"].Whole,
            MemoryGiB = Leading(product["product_memory"].Text),
            Disks = product["product_drive"].Text,
            Gpu = product["product_gpu"].Text is { Length: > 0 } gpu && gpu != "None" ? gpu : null,
            Gpus = product["product_gpu"].Text is { Length: > 0 } and not "None" ? 1 : 0,
            Network = product["product_bandwidth"].Text,
            Hourly = Money.Of(hourly is { } price ? price + (product["hourly_location_premium"].Number ?? 0) : null, "USD"),
            Monthly = Money.Of(product["product_monthly_price"].Number, "USD"),
            Stock = product["stock"].Text switch
            {
                "available" => CloudStock.In,
                "limited" => CloudStock.Low,
                "unavailable" => CloudStock.Out,
                _ => CloudStock.Unknown,
            },
        };
    }

    // "16GB", "64 GB DDR4".
    private static decimal? Leading(string? text) =>
        text is not null && decimal.TryParse(new string([.. text.TakeWhile(char.IsAsciiDigit)]), out var number) ? number : null;
}
