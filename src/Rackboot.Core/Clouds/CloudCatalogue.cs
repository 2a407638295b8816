using System.Collections.Concurrent;
using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The offers of all providers: read in parallel, and kept with their age.</summary>
public sealed class CloudCatalogue(CloudLines lines, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, CloudOffers> _known = new();
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new();

    /// <summary>The offers of providers; for a failing one, the older offers with the reason.</summary>
    /// <param name="age">Their maximum age.</param>
    public Task<CloudOffers[]> OffersAsync(IEnumerable<CloudProvider> providers, TimeSpan age, CancellationToken cancel) =>
        Task.WhenAll(providers.Select(provider => OffersAsync(provider, age, cancel)));

    /// <returns>Null if there is no such plan, or reading failed; <see cref="CloudOffers.Problem"/> has the reason.</returns>
    public async Task<(CloudOffer? Offer, CloudOffers From)> FindAsync(CloudProvider provider, Place place, TimeSpan age,
        CancellationToken cancel)
    {
        var offers = await OffersAsync(provider, age, cancel).ConfigureAwait(false);
        var offer = offers.Items.FirstOrDefault(o => Is(o.Plan, place.Plan) && Is(o.Location, place.Location));
        if (offer is not { Hourly: null } || offers.Problem is not null)
            return (offer, offers);
        try
        {
            return (await lines.AskAsync(provider, (cloud, stop) => cloud.PriceAsync(offer, stop), cancel).ConfigureAwait(false), offers);
        }
        catch (CloudException e)
        {
            return (offer, offers with { Problem = e.Message });
        }
    }

    private async Task<CloudOffers> OffersAsync(CloudProvider provider, TimeSpan age, CancellationToken cancel)
    {
        var turn = _turns.GetOrAdd(provider.Name, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_known.TryGetValue(provider.Name, out var known) && known.Version == provider.Version && known.At is { } at
                && now - at <= age)
                return known;
            try
            {
                var items = await lines.AskAsync(provider, (cloud, stop) => cloud.OffersAsync(stop), cancel).ConfigureAwait(false);
                return _known[provider.Name] = new CloudOffers(provider, provider.Version, items, now, null);
            }
            catch (CloudException e)
            {
                var older = known?.Version == provider.Version ? known : null;
                return new CloudOffers(provider, provider.Version, older?.Items ?? [], older?.At, e.Message);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private static bool Is(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
