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
            Cpu = type["cpuModel"].Text ?? type["description"].Text,
            Cores = type["cpuCoreCount"].Whole,
            MemoryGiB = type["memory"].Number,
            Network = there["maximumBandwidthOut"].Text is { } bandwidth ? $"{bandwidth} Mbit/s" : null,
            Stock = there["sellStatus"].Text switch { "SELL" => CloudStock.In, "SOLD_OUT" => CloudStock.Out, _ =>
                there["qty"].Number > 0 ? CloudStock.In : CloudStock.Unknown },
        };
    }
}
