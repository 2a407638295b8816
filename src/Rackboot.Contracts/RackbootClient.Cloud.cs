namespace Rackboot.Contracts;

// Servers at providers.
public sealed partial class RackbootClient
{
    public Task<IReadOnlyList<CloudProvider>> GetProvidersAsync(CancellationToken cancel = default) =>
        ListAsync<CloudProvider>(ApiPaths.Providers, cancel);

    public Task<Versioned<CloudProvider>> GetProviderAsync(string name, CancellationToken cancel = default) =>
        GetAsync<CloudProvider>(One(ApiPaths.Providers, name), cancel);

    public Task DeleteProviderAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Providers, name), cancel);

    /// <summary>The offers of all providers.</summary>
    /// <param name="query">Like <c>gpu=h100&amp;location=eu</c>.</param>
    public IAsyncEnumerable<IReadOnlyList<CloudOffer>> GetOfferPagesAsync(string query, CancellationToken cancel = default) =>
        PagesAsync<CloudOffer>($"{ApiPaths.Cloud}/offers?{query}".TrimEnd('?'), cancel);

    /// <summary>The machines at providers, existing and planned.</summary>
    /// <param name="fresh">Asks the providers first.</param>
    public Task<IReadOnlyList<CloudMachine>> GetCloudMachinesAsync(bool fresh, CancellationToken cancel = default) =>
        ListAsync<CloudMachine>($"{ApiPaths.Cloud}/machines?fresh={(fresh ? "true" : "false")}", cancel);

    /// <summary>Approves the purchase of machines.</summary>
    public async Task<IReadOnlyList<CloudApprovalResult>> ApproveAsync(IReadOnlyList<string> machines,
        CancellationToken cancel = default) =>
        (await PostAsync<CloudApproval, ItemList<CloudApprovalResult>>(
            ApiPaths.Cloud + "/approvals", new CloudApproval(machines.Count == 0 ? null : machines), cancel).ConfigureAwait(false)).Items;

    public Task<IReadOnlyList<CloudOrphan>> GetOrphansAsync(CancellationToken cancel = default) =>
        ListAsync<CloudOrphan>(ApiPaths.Cloud + "/orphans", cancel);

    /// <summary>Gives back a server that this appliance bought and that belongs to no machine, or confirms that one is given
    /// back.</summary>
    /// <param name="token">The token that the provider sent by e-mail; null gives back an orphan.</param>
    public Task<CloudReleased> ReleaseAsync(string provider, string server, string? token = null, CancellationToken cancel = default) =>
        PostAsync<CloudReleaseOrder, CloudReleased>(
            $"{ApiPaths.Cloud}/orphans/{Uri.EscapeDataString(provider)}/{Uri.EscapeDataString(server)}/release",
            new CloudReleaseOrder(token), cancel);

    /// <summary>Opens the console of a machine at a provider. The answer contains secrets.</summary>
    public Task<CloudConsoleAccess> OpenCloudConsoleAsync(string machine, CloudConsoleOrder order, CancellationToken cancel = default) =>
        PostAsync<CloudConsoleOrder, CloudConsoleAccess>($"{ApiPaths.Cloud}/machines/{Uri.EscapeDataString(machine)}/console", order,
            cancel);
}
