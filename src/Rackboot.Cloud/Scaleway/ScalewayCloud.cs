using Rackboot.Cloud.Http;
using Rackboot.Cloud.Rescue;

namespace Rackboot.Cloud.Scaleway;

/// <summary>Scaleway Elastic Metal: a server is ordered without a system, started into its rescue system, and Talos written from
/// there.</summary>
internal sealed class ScalewayCloud : ICloud
{
    private const int PageSize = 50;
    private const string RescueUser = "rescue";

    private static readonly Dictionary<string, CloudFailure> Codes = new()
    {
        ["out_of_stock"] = CloudFailure.SoldOut,
        ["quotas_exceeded"] = CloudFailure.Quota,
        ["transient_state"] = CloudFailure.WrongState,
        ["denied_authentication"] = CloudFailure.WrongLogin,
        ["permissions_denied"] = CloudFailure.Forbidden,
    };

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;
    private readonly string _zone;

    public ScalewayCloud(CloudAccess access)
    {
        _access = access;
        _http = new CloudHttp(access, Traits, access.Endpoint("https://api.scaleway.com"), CloudDialect.Header("X-Auth-Token", access) with
            { Codes = Codes });
        _zone = $"baremetal/v1/zones/{Uri.EscapeDataString(access.Needed("zone", Traits))}";
    }

    public CloudTraits Traits => ScalewayTraits.Table;

    public Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel) =>
        AllAsync("offers", "subscription_period=hourly&", cancel).ReadAsync(offer =>
            ScalewayAnswers.Offer(offer, _access.Setting("zone")!));

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        await foreach (var offer in AllAsync("offers", "subscription_period=hourly&", cancel).ConfigureAwait(false))
            if (offer["name"].Text == order.Plan && offer["id"].Text is { } id)
                return new CloudPreparation.Ready(id);
        throw new CloudException(CloudFailure.SoldOut, $"{Traits.Title} has no offer {order.Plan} by the hour in {order.Location}");
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        // Without "install" it is delivered without a system.
        var body = new ScalewayOrder(prepared!, _access.Needed("project", Traits), order.Name, "made by rackboot", order.Tags);
        var made = await _http.PostAsync($"{_zone}/servers", CloudHttp.Json(body, ScalewayRequests.Default.ScalewayOrder),
            cancel).ConfigureAwait(false);
        return ScalewayAnswers.Server(made) ?? throw Traits.NoServer();
    }

    public async Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel)
    {
        var image = boot as CloudBoot.Rescue ?? throw Traits.NoRoute(boot);
        if (server.Addresses.Count == 0)
            return $"{Traits.Title} to give it an address";
        if (server.State != CloudState.Rescue)
        {
            var key = await KeyAsync(server, cancel).ConfigureAwait(false);
            _access.NeededShell.Forget(server.Name);
            await BootAsync(server.Id, new ScalewayBoot("rescue", [key]), cancel).ConfigureAwait(false);
            return "its rescue system";
        }

        if (await RescueInstall.StepAsync(_access.NeededShell, server.Name, RescueUser, server.Addresses[0].ToString(), image.Image,
            _access.Setting("disk"), cancel)
            .ConfigureAwait(false) is { } waiting)
            return waiting;
        await BootAsync(server.Id, new ScalewayBoot("normal", null), cancel).ConfigureAwait(false);
        return null;
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        AllAsync("servers", "", cancel).ReadAsync(ScalewayAnswers.Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        ScalewayAnswers.Server(await _http.FindAsync(One(id), cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) => to switch
    {
        CloudSwitch.On => _http.PostAsync($"{One(id)}/start", Boot(new ScalewayBoot("normal", null)), cancel),
        CloudSwitch.Off => _http.PostAsync($"{One(id)}/stop", CloudHttp.Json([], EmptyRequest.Default.DictionaryStringString), cancel),
        _ => BootAsync(id, new ScalewayBoot("normal", null), cancel),
    };

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        if (visitor.Address is not { } address)
            throw new CloudException(CloudFailure.Misconfigured, $"{Traits.Title} lets one address alone into the BMC; name yours: "
                + $"rackboot cloud console --from ADDRESS");
        await _http.PostAsync($"{One(id)}/bmc-access",
            CloudHttp.Json(new ScalewayVisitor(address), ScalewayRequests.Default.ScalewayVisitor), cancel).ConfigureAwait(false);
        var bmc = await _http.GetAsync($"{One(id)}/bmc-access", cancel).ConfigureAwait(false);
        return bmc["url"].Text is { } url
            ? new CloudConsole(CloudConsoleKind.Web, url, bmc["login"].Text, bmc["password"].Text, bmc["expires_at"].Text)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public async Task TidyAsync(string name, CancellationToken cancel)
    {
        await foreach (var key in KeysAsync(cancel).ConfigureAwait(false))
            if (key["name"].Text == name && key["id"].Text is { } id)
                await _http.DeleteAsync($"iam/v1alpha1/ssh-keys/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private string One(string id) => $"{_zone}/servers/{Uri.EscapeDataString(id)}";

    private static HttpContent Boot(ScalewayBoot boot) => CloudHttp.Json(boot, ScalewayRequests.Default.ScalewayBoot);

    private Task<Answer> BootAsync(string id, ScalewayBoot boot, CancellationToken cancel) =>
        _http.PostAsync($"{One(id)}/reboot", Boot(boot), cancel);

    private async Task<string> KeyAsync(CloudServer server, CancellationToken cancel)
    {
        await foreach (var key in KeysAsync(cancel).ConfigureAwait(false))
            if (key["name"].Text == server.Name && key["id"].Text is { } known)
                return known;
        var body = new ScalewayKey(server.Name, await _access.NeededShell.PublicKeyAsync(server.Name, cancel).ConfigureAwait(false),
            _access.Needed("project", Traits));
        var made = await _http.PostAsync("iam/v1alpha1/ssh-keys", CloudHttp.Json(body, ScalewayRequests.Default.ScalewayKey),
            cancel).ConfigureAwait(false);
        return made["id"].Text ?? throw new CloudException(CloudFailure.BadAnswer,
            $"{Traits.Title} took an SSH key and did not say its id");
    }

    private IAsyncEnumerable<Answer> KeysAsync(CancellationToken cancel) => _http.AllAsync(
        page => $"iam/v1alpha1/ssh-keys?project_id={Uri.EscapeDataString(_access.Needed("project", Traits))}"
            + $"&page={page}&page_size={PageSize}",
        a => a["ssh_keys"], PageSize, cancel: cancel);

    private IAsyncEnumerable<Answer> AllAsync(string list, string filter, CancellationToken cancel) =>
        _http.AllAsync(page => $"{_zone}/{list}?{filter}page={page}&page_size={PageSize}", a => a[list], PageSize, cancel: cancel);
}
