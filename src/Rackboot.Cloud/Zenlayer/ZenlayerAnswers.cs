using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Zenlayer;

/// <summary>What Zenlayer answers.</summary>
internal static class ZenlayerAnswers
{
    public static CloudServer? Server(Answer server)
    {
        if (ZenlayerTraits.States.Server(server["instanceId"], server.Any("instanceName", "hostname"),
            server["instanceStatus"]) is not { } read)
            return null;
        return read with
        {
            Addresses = [.. server["primaryPublicIpAddress"].Items.Concat(server["publicIpAddresses"].Items).Select(a =>
                a.Address).OfType<System.Net.IPAddress>().Distinct()],
            Plan = server["instanceTypeId"].Text,
            Location = server["zoneId"].Text,
            Ends = server["expiredTime"].Text,
        };
    }

    public static CloudOffer? Offer(Answer there, Dictionary<string, Answer> types, Dictionary<string, string> zones)
    {
        if (there["instanceTypeId"].Text is not { } plan || there["zoneId"].Text is not { } zone)
            return null;
        var type = types.GetValueOrDefault(plan);
        return new CloudOffer
        {
            Plan = plan,
            Location = zone,
            Place = zones.GetValueOrDefault(zone),
            Cpu = type.Any("cpuDetail", "cpuModel", "description").Text,
            Cores = type.Any("cpuCores", "cpuCoreCount").Whole,
            MemoryGiB = type.Any("memorySize", "memory").Number,
            Disks = type["diskInfo"].Any("diskDescription").Text ?? Disks(type["diskInfo"]["disks"]),
            Network = there["maximumBandwidthOut"].Text is { } bandwidth ? $"{bandwidth} Mbit/s" : null,
            Stock = there["sellStatus"].Text switch
            {
                "SELL" => CloudStock.In,
                "SELL_SHORTAGE" => CloudStock.Low,
                "SOLD_OUT" => CloudStock.Out,
                _ => there["qty"].Number > 0 ? CloudStock.In : CloudStock.Unknown,
            },
        };
    }

    /// <summary>What an hour of a server costs, with its bandwidth and its address; null unless all of it is told by the hour, the day or
    /// the month.</summary>
    public static Money? Hourly(Answer price, string currency)
    {
        decimal total = 0;
        foreach (var part in price["instancePrice"].Items.Concat(price["bandwidthPrice"].Items).Concat(price["primaryIpPrice"].Items))
            if (part.Any("discountUnitPrice", "unitPrice").Number is not { } amount)
                return null;
            else if (part["chargeUnit"].Text is "MONTH")
                total += Money.Spread(new Money(amount, currency))!.Value.Amount;
            else if (part["chargeUnit"].Text is "HOUR" or "DAY")
                total += part["chargeUnit"].Text is "DAY" ? amount / 24 : amount;
            else
                return null;
        return price["instancePrice"].IsNothing ? null : Money.Of(decimal.Round(total, 4), currency);
    }

    private static string? Disks(Answer disks)
    {
        var text = string.Join(" + ", disks.Items.Select(d => $"{d["diskCount"].Text ?? "1"} x {d["diskSize"].Text} GB"));
        return text.Length > 0 ? text : null;
    }
}
