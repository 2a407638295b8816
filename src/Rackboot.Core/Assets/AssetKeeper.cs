using Rackboot.Core.Machines;
using Rackboot.Core.Profiles;
using Rackboot.Talos;

namespace Rackboot.Core.Assets;

/// <summary>Takes boot files away that nothing needs any more: when an operator asks, and, where the configuration says so, by
/// itself.</summary>
public sealed class AssetKeeper(AssetStore assets, ContentStore content, Inventory inventory, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>How old files are that go by themselves; null keeps them all.</summary>
    public TimeSpan? After { get; set; }

    /// <summary>What the machines of every cluster boot, also of one that has none yet.</summary>
    public Func<IEnumerable<ClusterSeat>> Clusters { get; set; } = () => [];

    /// <summary>Removes what is older than <paramref name="age"/> and that no profile and no cluster names.</summary>
    /// <returns>The boot files.</returns>
    public async Task<IReadOnlyList<Asset>> PruneAsync(TimeSpan age, bool dryRun, string by)
    {
        var before = time.GetUtcNow() - age;
        var plan = AssetPrune.Plan(assets.All.Values, inventory.Profiles.Values.Concat(OfClusters()), before);
        if (dryRun)
            return plan;
        foreach (var asset in plan)
            await assets.RemoveAsync(asset.Name, by).ConfigureAwait(false);
        foreach (var file in content.Abandoned().Where(f => f.LastWriteTimeUtc < before.UtcDateTime))
            file.Delete();
        return plan;
    }

    /// <summary>Looks every hour.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
                if (After is { } age)
                    await PruneAsync(age, dryRun: false, "the schedule of assets.pruneAfter").ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    // A machine that was not seen yet may be of any architecture.
    private IEnumerable<Profile> OfClusters() => inventory.Fleet.Machines.Select(m => m.Seat).OfType<ClusterSeat>().Concat(Clusters())
        .Distinct().SelectMany(_ => TalosVersion.Architectures, (seat, architecture) => seat.Profile(architecture));
}
