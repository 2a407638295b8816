using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Offers and plans on a narrow screen.</summary>
public sealed class CloudTablesTests
{
    [Fact]
    public void Offers_fit_into_80_columns_with_plan_place_and_price()
    {
        var offer = new CloudOffer
        {
            Provider = "latitude-eu", Plan = "g3-h100-large-x86", Location = "FRA2", Place = "Frankfurt, Germany",
                Cpu = "2 x EPYC 9354 @ 3.25GHz", Cores = 64,
            MemoryGiB = 1536, Disks = "2 x 480 GB SSD + 4 x 3.8 TB NVME", Gpu = "NVIDIA H100 80GB", Gpus = 8, Network = "2 x 100 Gbps",
                Architecture = "amd64",
            Hourly = new CloudPrice(21.5m, "USD"), Monthly = new CloudPrice(15049, "USD"), Stock = CloudStock.Low, Route = "iPXE script",
                Read = DateTimeOffset.UnixEpoch,
        };
        var lines = Written(CloudTables.Offers, offer);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.StartsWith("latitude-eu  g3-h100-large-x86", lines[1], StringComparison.Ordinal);
        Assert.Contains("FRA2", lines[1], StringComparison.Ordinal);
        Assert.Contains("21.50 USD", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_fits_into_80_columns_and_says_what_is_next()
    {
        var machine = new CloudMachine
        {
            Machine = "node-31", Provider = "latitude-eu", Plan = "c3-large-x86", Location = "FRA", Stage = CloudStage.Planned,
                Waits = true,
            Summary = "would be c3-large-x86 in FRA at latitude-eu for 1.20 USD an hour; buy it: rackboot cloud plan --yes node-31",
            Hourly = new CloudPrice(1.2m, "USD"), Since = DateTimeOffset.UnixEpoch,
        };
        var lines = Written(CloudTables.Plan, machine);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 80));
        Assert.EndsWith("waits for --yes", lines[1], StringComparison.Ordinal);
        Assert.Contains("c3-large-x86", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_sum_is_one_for_each_currency() => Assert.Equal(
        "3.00 EUR + 1.50 USD", CloudTables.Sum([new CloudPrice(1.5m, "USD"), new CloudPrice(1, "EUR"), new CloudPrice(2, "EUR")]));

    private static string[] Written<T>(Listing<T> listing, T item)
    {
        var text = new StringWriter();
        listing.Columns(80).Write(text, [item]);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
