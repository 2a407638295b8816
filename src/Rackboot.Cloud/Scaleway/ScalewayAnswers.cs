using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Scaleway;

/// <summary>What Scaleway answers.</summary>
internal static class ScalewayAnswers
{
    public static CloudServer? Server(Answer server)
    {
        if (ScalewayTraits.States.Server(server["id"], server["name"], server["status"]) is not { } read)
            return null;
        return read with
        {
            State = read.State == CloudState.Running && server["boot_type"].Text == "rescue" ? CloudState.Rescue : read.State,
            Addresses = [.. server["ips"].Items.OrderBy(i => i["version"].Text == "IPv6").Select(i =>
                i["address"].Address).OfType<System.Net.IPAddress>()],
            Plan = server["offer_name"].Text,
            Location = server["zone"].Text,
        };
    }

    public static CloudOffer? Offer(Answer offer, string zone)
    {
        if (offer["name"].Text is not { } name || offer["enable"].Flag is false)
            return null;
        return new CloudOffer
        {
            Plan = name,
            Location = zone,
            Cpu = string.Join(" + ", offer["cpus"].Items.Select(c => c["name"].Text)),
            Cores = offer["cpus"].Items.Sum(c => c["core_count"].Whole ?? 0),
            MemoryGiB = GiB(offer["memories"].Items.Sum(m => m["capacity"].Number ?? 0)),
            Disks = string.Join(" + ", offer["disks"].Items.GroupBy(d => $"{d["capacity"].Number / 1_000_000_000:0} GB {d["type"].Text}")
                .Select(g => $"{g.Count()} x {g.Key}")),
            Gpu = offer["gpus"].Items.Select(g => g["name"].Text).FirstOrDefault(),
            Gpus = offer["gpus"].Items.Sum(g => g["count"].Whole ?? 1),
            Network = offer["bandwidth"].Number is { } bits ? $"{bits / 1_000_000:0} Mbit/s" : null,
            Hourly = Price(offer["price_per_hour"]) ?? Money.Spread(Price(offer["price_per_month"])),
            Monthly = Price(offer["price_per_month"]),
            Setup = Price(offer["fee"]),
            Stock = offer["stock"].Text switch { "empty" => CloudStock.Out, "low" => CloudStock.Low, "available" => CloudStock.In, _ =>
                CloudStock.Unknown },
        };
    }

    // Modules of 32 GiB are told as 32,000,000,000 bytes, by most offers.
    private static decimal GiB(decimal bytes) =>
        bytes % 1_000_000_000 == 0 ? bytes / 1_000_000_000 : decimal.Round(bytes / (1024 * 1024 * 1024), 1);

    private static Money? Price(Answer money) =>
        money.IsNothing ? null : Money.Of((money["units"].Number ?? 0) + (money["nanos"].Number ?? 0) / 1_000_000_000,
            money["currency_code"].Text);
}
