using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.PhoenixNap;

/// <summary>What phoenixNAP answers.</summary>
internal static class PhoenixNapAnswers
{
    public static CloudServer? Server(Answer server)
    {
        if (PhoenixNapTraits.States.Server(server["id"], server["hostname"], server["status"]) is not { } read)
            return null;
        return read with
        {
            Addresses = [.. server["publicIpAddresses"].Items.Concat(server["privateIpAddresses"].Items).Select(a =>
                a.Address).OfType<System.Net.IPAddress>()],
            Plan = server["type"].Text,
            Location = server["location"].Text,
        };
    }

    public static IEnumerable<CloudOffer> Offers(Answer products, Answer stock)
    {
        var available = new Dictionary<(string? Product, string? Location), bool>();
        foreach (var product in stock.Items)
            foreach (var place in product["locationAvailabilityDetails"].Items)
                available[(product["productCode"].Text, place["location"].Text)] =
                    place["minQuantityAvailable"].Flag ?? place["availableQuantity"].Number > 0;
        foreach (var product in products.Items)
            foreach (var place in product["plans"].Items.Where(p => p["location"].Text is not null).GroupBy(p => p["location"].Text!))
                if (Offer(product, place.Key, [.. place], available) is { } offer)
                    yield return offer;
    }

    private static CloudOffer? Offer(Answer product, string location, List<Answer> plans, Dictionary<(string?, string?), bool> available)
    {
        if (product["productCode"].Text is not { } code)
            return null;
        var (about, currency) = (product["metadata"], "USD");
        var gpu = about["gpuConfigurations"].Items.FirstOrDefault();
        return new CloudOffer
        {
            Plan = code,
            Location = location,
            Cpu = about["cpu"].Text,
            Cores = about["cpuCount"].Whole * (about["coresPerCpu"].Whole ?? 1),
            MemoryGiB = about["ramInGb"].Number,
            Disks = about["storage"].Text,
            Gpu = gpu["name"].Text,
            Gpus = gpu["count"].Whole ?? 0,
            Network = about["network"].Text,
            Hourly = Money.Of(Price("HOURLY"), currency),
            Monthly = Money.Of(Price("ONE_MONTH_RESERVATION"), currency),
            Stock = available.TryGetValue((code, location), out var there) ? there ? CloudStock.In : CloudStock.Out : CloudStock.Unknown,
        };

        decimal? Price(string model) => plans.Where(p => p["pricingModel"].Text == model).Select(p => p["price"].Number).FirstOrDefault();
    }
}
