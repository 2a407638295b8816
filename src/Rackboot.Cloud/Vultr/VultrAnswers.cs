using System.Globalization;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Vultr;

/// <summary>What Vultr answers.</summary>
internal static class VultrAnswers
{
    public static CloudServer? Server(Answer server) => server["id"].Text is not { Length: > 0 } id ? null : new CloudServer
    {
        Id = id,
        Name = server["label"].Text ?? "",
        State = VultrTraits.States.Of(server["status"].Text),
        Word = server["status"].Text ?? "",
        Addresses = [.. new[] { server["main_ip"].Address, server["v6_main_ip"].Address }.OfType<System.Net.IPAddress>().Where(a =>
            !a.Equals(System.Net.IPAddress.Any))],
        Plan = server["plan"].Text,
        Location = server["region"].Text,
    };

    /// <param name="regions">By their ids.</param>
    /// <param name="available">The plans that can be had, by region.</param>
    public static IEnumerable<CloudOffer> Offers(Answer plan, IReadOnlyDictionary<string, Answer> regions, IReadOnlyDictionary<string,
        IReadOnlySet<string>> available)
    {
        if (plan["id"].Text is not { } id)
            yield break;
        var month = Money.Of(plan["monthly_cost"].Number, "USD");
        foreach (var region in plan["locations"].Items.Select(l => l.Text).OfType<string>())
            yield return new CloudOffer
            {
                Plan = id,
                Location = region,
                Place = regions.TryGetValue(region, out var known) ? string.Join(", "
                    + "", new[] { known["city"].Text, known["country"].Text }.OfType<string>()) : null,
                Cpu = plan["cpu_model"].Text,
                Cores = plan["cpu_count"].Whole,
                MemoryGiB = plan["ram"].Number is { } mebibytes ? decimal.Round(mebibytes / 1024, 1) : null,
                Disks = string.Create(CultureInfo.InvariantCulture, $"{plan["disk_count"].Whole ?? 1} x {plan["disk"].Text} GB "
                    + $"{plan["type"].Text}").TrimEnd(),
                Hourly = Money.Of(plan["hourly_cost"].Number, "USD") ?? Money.Spread(month),
                Monthly = month,
                Stock = !available.TryGetValue(region, out var plans) ? CloudStock.Unknown : plans.Contains(id) ? CloudStock.In
                    : CloudStock.Out,
            };
    }
}
