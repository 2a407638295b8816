using Rackboot.Cloud;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;

namespace Rackboot.Core.Clouds;

/// <summary>Controls the power of a machine through its provider's API. The state comes from the newest list while that is fresh; after a
/// power action it is read again.</summary>
/// <param name="machine">The machine's name.</param>
public sealed class CloudPower(string machine, CloudBook book, CloudLines lines, CloudReconciler reconciler, Inventory inventory,
    TimeProvider time) : IPowerController
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    private DateTimeOffset? _switched;

    public bool ReadsState => book.Find(inventory.Fleet.Named(machine)?.Spec?.Place?.Provider ?? "") is not { } provider
        || Rackboot.Cloud.Clouds.Traits(provider.Cloud)!.ReadsPower;

    public string Actor => $"provider {inventory.Fleet.Named(machine)?.Spec?.Place?.Provider}";

    public async Task<PowerState> ReadStateAsync(CancellationToken cancel)
    {
        var (provider, placement) = Placed();
        var now = time.GetUtcNow();
        // Some lists leave the power out, and the server's own page has it.
        if (reconciler.Seen(placement.Machine) is { Server: { On: not null } listed } seen && now - seen.At <= Fresh
            && !(_switched is { } at && now - at <= Settling))
            return Of(listed.On);
        var server = await AskAsync(provider, (cloud, stop) => cloud.FindAsync(placement.Server!, stop), cancel).ConfigureAwait(false)
            ?? throw new PowerException(PowerFailure.Refused, $"{provider.Name} no longer has server {placement.Server}");
        return Of(server.On);
    }

    public async Task SwitchAsync(PowerSwitch to, CancellationToken cancel)
    {
        var (provider, placement) = Placed();
        var (what, traits) = ((CloudSwitch)to, Rackboot.Cloud.Clouds.Traits(provider.Cloud)!);
        if (!traits.Switches.Contains(what))
            throw new PowerException(PowerFailure.NotSupported, traits.Switches.Count == 0
                ? $"the API of {traits.Title} cannot power servers on or off"
                : $"{traits.Title} does not support that action; it supports: "
                    + $"{string.Join(", ", traits.Switches.Select(s => s.ToString().ToLowerInvariant()))}");
        _switched = time.GetUtcNow();
        await AskAsync(provider, async (cloud, stop) =>
        {
            await cloud.SwitchAsync(placement.Server!, what, stop).ConfigureAwait(false);
            return true;
        }, cancel).ConfigureAwait(false);
    }

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => throw Unbootable();

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) => throw Unbootable();

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) =>
        throw new PowerException(PowerFailure.NotSupported, "a server at a provider has no locator lamp to switch");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static PowerException Unbootable() => new(PowerFailure.NotSupported, "what a server at a provider boots is decided when it is "
        + "ordered; leave --boot out");

    private static PowerState Of(bool? on) => on switch { true => PowerState.On, false => PowerState.Off, _ => PowerState.Unknown };

    private (CloudProvider Provider, Placement Placement) Placed()
    {
        if (inventory.Fleet.Named(machine) is not { } known || book.Of(known.Id) is not { Server: not null } placement)
            throw new PowerException(PowerFailure.Misconfigured, $"{machine} has no server yet; see: rackboot cloud cost");
        return book.Find(placement.Place.Provider) is { } provider
            ? (provider, placement)
            : throw new PowerException(PowerFailure.Misconfigured, $"there is no provider {placement.Place.Provider}; apply one");
    }

    private async Task<T> AskAsync<T>(CloudProvider provider, Func<ICloud, CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await lines.AskAsync(provider, ask, cancel).ConfigureAwait(false);
        }
        catch (CloudException e)
        {
            // A token is not a BMC's password: CloudLines decides whether to try it again.
            throw new PowerException(e.Failure switch
            {
                CloudFailure.NoAnswer or CloudFailure.Broken or CloudFailure.Busy => PowerFailure.NoAnswer,
                CloudFailure.BadAnswer => PowerFailure.BadAnswer,
                CloudFailure.NotSupported => PowerFailure.NotSupported,
                CloudFailure.WrongLogin or CloudFailure.Misconfigured => PowerFailure.Misconfigured,
                _ => PowerFailure.Refused,
            }, e.Message, e);
        }
    }
}
