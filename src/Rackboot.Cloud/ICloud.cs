namespace Rackboot.Cloud;

/// <summary>One account at one provider. Each call is one step; waiting, remembering and deciding are not the driver's. Every call may
/// throw
/// <see cref="CloudException"/>, which says whether what was asked may have happened all the same.</summary>
public interface ICloud : IDisposable
{
    CloudTraits Traits { get; }

    /// <summary>Everything that may be bought now: each plan at each place, with its stock and price.</summary>
    Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel);

    /// <summary>An offer with its price, where the price is another question.</summary>
    Task<CloudOffer> PriceAsync(CloudOffer offer, CancellationToken cancel) => Task.FromResult(offer);

    /// <summary>Brings about what an order needs before it: an image, a stored script. Costs nothing worth a limit, and may be called again
    /// at any time.</summary>
    Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel) =>
        Task.FromResult<CloudPreparation>(new CloudPreparation.Ready(null));

    /// <summary>Buys a server. It is sent once and never again by itself.</summary>
    /// <param name="prepared">What <see cref="PrepareAsync"/> made ready.</param>
    Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel);

    /// <summary>Does what is still to do until the system boots on a server that the provider has ready: once for each new server, and
    /// again after
    /// whatever broke in between. It may write to the server's disks.</summary>
    /// <returns>What is waited for; null if nothing is left.</returns>
    Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel) => Task.FromResult<string?>(null);

    /// <summary>All servers of the account, those of others too.</summary>
    Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel);

    /// <returns>Null: the provider knows no such server (any more).</returns>
    Task<CloudServer?> FindAsync(string id, CancellationToken cancel);

    Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel);

    /// <summary>Boots the server from the order's source and reinstalls it; this erases its disks.</summary>
    Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} cannot reinstall servers yet; delete the machine "
            + $"and apply it again");

    /// <summary>Opens the console for somebody.</summary>
    Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} has no supported console");

    /// <summary>Gives the server back. Saying it again changes nothing more.</summary>
    Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel);

    /// <summary>Confirms that a server is given back, with what the provider sent to a person.</summary>
    Task<CloudRelease> ConfirmAsync(string id, string token, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} sends no token to confirm with");

    /// <summary>Takes away what <see cref="PrepareAsync"/> left for this order alone.</summary>
    Task TidyAsync(string name, CancellationToken cancel) => Task.CompletedTask;
}
