using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Robot;

/// <summary>What the Robot answers.</summary>
internal static class RobotAnswers
{
    public static CloudServer? Server(Answer server) => server["server_number"].Text is not { Length: > 0 } id ? null : new CloudServer
    {
        Id = id,
        Name = server["server_name"].Text ?? "",
        State = RobotTraits.States.Of(server["status"].Text),
        Word = server["status"].Text ?? "",
        Addresses =
        [
            .. server["server_ip"].Items.Concat(server["ip"].Items).Select(a => a.Address).OfType<System.Net.IPAddress>()
                .Concat(server["subnet"].Items.Select(s => s["ip"].Address).OfType<System.Net.IPAddress>()).Distinct(),
        ],
        Plan = server["product"].Text,
        Location = server["dc"].Text,
        Ends = server["cancelled"].Flag is true ? server["paid_until"].Text : null,
    };

    public static IEnumerable<CloudOffer> Offers(Answer product)
    {
        if (product["id"].Text is not { } id)
            yield break;
        foreach (var price in product["prices"].Items)
            if (price["location"].Text is { } location)
                yield return new CloudOffer
                {
                    Plan = id,
                    Title = product["name"].Text,
                    Location = location,
                    Cpu = product["description"].Items.FirstOrDefault().Text,
                    Disks = product["description"].Items.Select(d => d.Text).FirstOrDefault(d =>
                        d?.Contains("SSD", StringComparison.Ordinal) is true
                        || d?.Contains("HDD", StringComparison.Ordinal) is true),
                    Hourly = Money.Spread(Money.Of(price["price"]["net"].Number, "EUR")),
                    Monthly = Money.Of(price["price"]["net"].Number, "EUR"),
                    Setup = Money.Of(price["price_setup"]["net"].Number, "EUR"),
                };
    }
}
