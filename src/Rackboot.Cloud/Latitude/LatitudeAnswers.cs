using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Latitude;

/// <summary>What Latitude.sh answers (JSON:API).</summary>
internal static class LatitudeAnswers
{
    public static CloudServer? Server(Answer data)
    {
        var server = data["attributes"];
        if (LatitudeTraits.States.Server(data["id"], server["hostname"], server["status"]) is not { } read)
            return null;
        return read with
        {
            State = server["locked"].Flag is true && read.State == CloudState.Unknown ? CloudState.Blocked : read.State,
            Addresses = [.. new[] { server["primary_ipv4"].Address, server["primary_ipv6"].Address }.OfType<System.Net.IPAddress>()],
            Plan = server["plan"]["slug"].Text,
            Location = server["region"]["site"]["slug"].Text ?? server["site"].Text,
            Hourly = server["plan"]["billing"].Text is null or "hourly"
                ? Money.Of(server["price"].Number, server["team"]["currency"]["code"].Text) : null,
            Ends = server["scheduled_deletion_at"].Text,
        };
    }

    /// <param name="sites">Names of places by their slug.</param>
    public static IEnumerable<CloudOffer> Offers(Answer data, string currency, IReadOnlyDictionary<string, string> sites)
    {
        var plan = data["attributes"];
        if (plan["slug"].Text is not { } slug)
            yield break;
        var (specs, gpu) = (plan["specs"], plan["specs"]["gpu"]);
        foreach (var region in plan["regions"].Items)
        {
            var inStock = region["locations"]["in_stock"].Items.Select(s => s.Text).ToHashSet();
            var price = region["pricing"][currency];
            foreach (var site in region["locations"]["available"].Items.Select(s => s.Text).OfType<string>())
                yield return new CloudOffer
                {
                    Plan = slug,
                    Title = plan["name"].Text,
                    Location = site,
                    Place = string.Join(", ", new[] { sites.GetValueOrDefault(site), region["name"].Text }.OfType<string>()),
                    Cpu = specs["cpu"]["type"].Text,
                    Cores = specs["cpu"]["cores"].Whole * (specs["cpu"]["count"].Whole ?? 1),
                    MemoryGiB = specs["memory"]["total"].Number,
                    Disks = string.Join(" + ", specs["drives"].Items.Select(d => $"{d["count"].Text} x {d["size"].Text} {d["type"].Text}")),
                    Gpu = gpu["type"].Text,
                    Gpus = gpu["count"].Whole ?? (gpu["type"].IsNothing ? 0 : 1),
                    Network = string.Join(" + ", specs["nics"].Items.Select(n => $"{n["count"].Text} x {n["type"].Text}")),
                    Hourly = Money.Of(price["hour"].Number, currency),
                    Monthly = Money.Of(price["month"].Number, currency),
                    Stock = !inStock.Contains(site) ? CloudStock.Out : region["stock_level"].Text == "low" ? CloudStock.Low : CloudStock.In,
                };
        }
    }
}
