using System.Globalization;
using Rackboot.Contracts;

namespace Rackboot.Cli.Output;

/// <summary>Servers at providers as tables.</summary>
public static class CloudTables
{
    public static Listing<CloudProvider> Providers(bool wide) => new(
    [
        new("name", 0, p => p.Name),
        new("provider", 1, p => p.Provider),
        new("machines", 2, p => $"{p.Status?.Machines ?? 0}/{p.Limits?.Machines}"),
        new("hourly", 2, p => Sum(p.Status?.Hourly)),
        new("limit", 3, p => p.Limits?.Hourly),
        new("route", 4, p => p.Status?.Routes is [var route, ..] ? route : null),
        new("problem", 1, p => p.Status?.Problem),
    ]);

    public static Listing<CloudOffer> Offers { get; } = new(
    [
        new("provider", 1, o => o.Provider),
        new("plan", 0, o => o.Plan),
        new("location", 0, o => o.Location),
        new("hourly", 0, o => Word(o.Hourly)),
        new("stock", 1, o => o.Stock == CloudStock.Unknown ? "" : Tables.Word(o.Stock)),
        new("cores", 3, o => o.Cores?.ToString(CultureInfo.InvariantCulture)),
        new("memory", 3, o => o.MemoryGiB is { } memory ? $"{memory:0.#} GiB" : ""),
        new("gpu", 2, o => o.Gpus > 0 ? $"{o.Gpus} x {o.Gpu}" : ""),
        new("disks", 6, o => o.Disks),
        new("monthly", 5, o => Word(o.Monthly)),
        new("network", 8, o => o.Network),
        new("cpu", 7, o => o.Cpu),
        new("route", 4, o => o.Route ?? "none"),
    ]);

    public static Listing<CloudMachine> Plan { get; } = new(
    [
        new("machine", 0, m => m.Machine),
        new("provider", 2, m => m.Provider),
        new("plan", 1, m => m.Plan ?? m.Server),
        new("location", 2, m => m.Location),
        new("hourly", 0, m => Word(m.Hourly)),
        new("stage", 1, m => Tables.Word(m.Stage)),
        new("next", 0, m => m.Problem ?? (m.Waits ? "waits for --yes" : m.Summary)),
    ]);

    public static Listing<CloudMachine> Cost { get; } = new(
    [
        new("machine", 0, m => m.Machine),
        new("provider", 1, m => m.Provider),
        new("server", 0, m => m.Server ?? m.Mark),
        new("hourly", 0, m => Word(m.Hourly)),
        new("stage", 0, m => Tables.Word(m.Stage)),
        new("plan", 3, m => m.Plan),
        new("address", 2, m => m.Addresses is [var first, ..] ? first : null),
        new("problem", 1, m => m.Problem ?? m.Ends),
    ]);

    public static Listing<CloudOrphan> Orphans { get; } = new(
    [
        new("provider", 0, o => o.Provider),
        new("server", 0, o => o.Server),
        new("hourly", 0, o => Word(o.Hourly)),
        new("state", 1, o => o.State),
        new("plan", 2, o => o.Plan),
        new("location", 2, o => o.Location),
        new("name", 0, o => o.Name),
    ]);

    public static string Word(CloudPrice? price) =>
        price is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{price.Amount:0.00##} {price.Currency}");

    /// <summary>A sum for each currency.</summary>
    public static string Sum(IEnumerable<CloudPrice>? prices) =>
        string.Join(" + ", (prices ?? []).GroupBy(p => p.Currency).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g =>
            Word(new CloudPrice(g.Sum(p => p.Amount), g.Key))));
}
