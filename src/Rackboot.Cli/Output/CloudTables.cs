using System.Globalization;
using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>Servers at providers as tables.</summary>
public static class CloudTables
{
    public static Listing<CloudProvider> Providers(bool wide) => new(
        [new("name"), new("provider", 1), new("machines", 2), new("hourly", 2), new("limit", 3), new("route", 4), new("problem", 1)],
        p => [p.Name, p.Provider, $"{p.Status?.Machines ?? 0}/{p.Limits?.Machines}", Sum(p.Status?.Hourly), p.Limits?.Hourly,
            p.Status?.Routes is [var route, ..] ? route : null, p.Status?.Problem]);

    public static Listing<CloudOffer> Offers { get; } = new(
        [
            new("provider", 3), new("plan"), new("location"), new("hourly"), new("stock", 1), new("cores", 2), new("memory", 2),
                new("gpu", 2),
            new("disks", 6), new("monthly", 5), new("network", 8), new("cpu", 7), new("route", 4),
        ],
        o => [
            o.Provider, o.Plan, o.Location, Word(o.Hourly), o.Stock == CloudStock.Unknown ? ""
                : Tables.Word(o.Stock), o.Cores?.ToString(CultureInfo.InvariantCulture),
            o.MemoryGiB is { } memory ? $"{memory:0.#} GiB" : "", o.Gpus > 0 ? $"{o.Gpus} x {o.Gpu}" : "", o.Disks, Word(o.Monthly),
                o.Network, o.Cpu, o.Route ?? "none",
        ]);

    public static Listing<CloudMachine> Plan { get; } = new(
        [new("machine"), new("provider", 2), new("plan", 1), new("location", 2), new("hourly"), new("stage", 1), new("what is next")],
        m => [m.Machine, m.Provider, m.Plan ?? m.Server, m.Location, Word(m.Hourly), Tables.Word(m.Stage), m.Problem ?? m.Summary]);

    public static Listing<CloudMachine> Cost { get; } = new(
        [new("machine"), new("provider", 1), new("server"), new("hourly"), new("stage"), new("plan", 3), new("address", 2),
            new("problem", 1)],
        m => [m.Machine, m.Provider, m.Server ?? m.Mark, Word(m.Hourly), Tables.Word(m.Stage), m.Plan,
            m.Addresses is [var first, ..] ? first : null,
            m.Problem ?? m.Ends]);

    public static Listing<CloudOrphan> Orphans { get; } = new(
        [new("provider"), new("server"), new("hourly"), new("state", 1), new("plan", 2), new("location", 2), new("name")],
        o => [o.Provider, o.Server, Word(o.Hourly), o.State, o.Plan, o.Location, o.Name]);

    public static string Word(CloudPrice? price) =>
        price is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{price.Amount:0.00##} {price.Currency}");

    /// <summary>A sum for each currency.</summary>
    public static string Sum(IEnumerable<CloudPrice>? prices) =>
        string.Join(" + ", (prices ?? []).GroupBy(p => p.Currency).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
            Word(new CloudPrice(g.Sum(p => p.Amount), g.Key))));
}
