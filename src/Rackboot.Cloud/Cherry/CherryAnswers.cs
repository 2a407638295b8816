using System.Globalization;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Cherry;

/// <summary>What Cherry Servers answers.</summary>
internal static class CherryAnswers
{
    public static CloudServer? Server(Answer server)
    {
        if (server["id"].Text is not { Length: > 0 } id)
            return null;
        var word = server.Any("status", "state").Text ?? "";
        var state = CherryTraits.States.Of(word);
        var on = On(server["power"].Text);
        return new CloudServer
        {
            Id = id,
            Name = server.Any("hostname", "name").Text ?? "",
            State = state == CloudState.Running && on is false ? CloudState.Stopped : state,
            Word = word,
            On = on,
            Addresses = [.. server["ip_addresses"].Items.OrderBy(a => a["type"].Text != "primary-ip").Select(a =>
                a["address"].Address).OfType<System.Net.IPAddress>()],
            Plan = server["plan"].Any("slug", "name").Text ?? server["plan"].Text,
            Location = server["region"].Any("slug", "name").Text,
            Hourly = Hourly(server),
            Ends = Ends(server["termination_date"].Text),
        };
    }

    public static bool? On(string? power) => power?.ToLowerInvariant() switch
    {
        "on" or "powered on" => true,
        "off" or "powered off" => false,
        _ => null,
    };

    public static IEnumerable<CloudOffer> Offers(Answer plan)
    {
        if (plan["slug"].Text is not { } slug)
            yield break;
        var specs = plan["specs"];
        foreach (var region in plan["available_regions"].Items)
            if (region.Any("slug", "name").Text is { } location)
                yield return new CloudOffer
                {
                    Plan = slug,
                    Title = plan["name"].Text,
                    Location = location,
                    Place = region["location"].Text ?? region["name"].Text,
                    Cpu = specs["cpus"]["name"].Text,
                    Cores = specs["cpus"]["cores"].Whole * (specs["cpus"]["count"].Whole ?? 1),
                    MemoryGiB = specs["memory"]["total"].Number,
                    Disks = string.Join(" + ", specs["storage"].Items.Select(d =>
                        $"{d["count"].Text} x {d["size"].Text} {d["unit"].Text} {d["type"].Text}".Trim())),
                    Network = specs["bandwidth"]["name"].Text,
                    Hourly = Price(plan, "Hourly"),
                    Monthly = Price(plan, "Monthly"),
                    Stock = region["stock_qty"].Number is { } left ? left > 0 ? CloudStock.In : CloudStock.Out : CloudStock.Unknown,
                };
    }

    // "price" is what has run up so far, with tax (cherrygo, testdata/allow_bmc.json).
    private static Money? Hourly(Answer server)
    {
        var pricing = server["pricing"];
        return pricing["unit"].Text?.StartsWith("Hour", StringComparison.OrdinalIgnoreCase) is true
            ? Money.Of(pricing.Any("unit_price", "price").Number, pricing["currency"].Text)
            : pricing.IsNothing ? Price(server["plan"], "Hourly") : null;
    }

    // A server without an end has "None", or the first second of 1970 in some time zone.
    private static string? Ends(string? date) =>
        DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, out var at) && at.Year > 1970 ? date : null;

    private static Money? Price(Answer plan, string unit) =>
        plan["pricing"].Items.FirstOrDefault(p => string.Equals(p["unit"].Text, unit, StringComparison.OrdinalIgnoreCase)) is
            { IsNothing: false } price
            ? Money.Of(price.Any("price", "unit_price").Number, price["currency"].Text)
            : null;
}
