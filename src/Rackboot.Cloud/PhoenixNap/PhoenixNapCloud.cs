using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.PhoenixNap;

/// <summary>phoenixNAP: a server is ordered with the system "ipxe" and the URL of a script. Products and their stock are another API beside
/// it.</summary>
internal sealed class PhoenixNapCloud : ICloud
{
    // 406: no capacity for what was chosen.
    private static readonly Dictionary<System.Net.HttpStatusCode, CloudFailure> Statuses = new()
    {
        [System.Net.HttpStatusCode.NotAcceptable] = CloudFailure.SoldOut,
    };

    private readonly ClientToken _token;
    private readonly CloudHttp _http;

    public PhoenixNapCloud(CloudAccess access)
    {
        var realm = access.Setting("token") ?? "https://auth.phoenixnap.com/auth/realms/BMC/protocol/openid-connect/token";
        _token = new ClientToken(access, Traits, new Uri(realm), "bmc bmc.read");
        _http = new CloudHttp(access, Traits, access.Endpoint("https://api.phoenixnap.com"), _token.Dialect with { Statuses = Statuses });
    }

    public CloudTraits Traits => PhoenixNapTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var products = _http.GetAsync("billing/v1/products?productCategory=SERVER", cancel);
        var stock = _http.BesideAsync("billing/v1/product-availability?productCategory=SERVER&minQuantity=1", cancel);
        return [.. PhoenixNapAnswers.Offers(await products.ConfigureAwait(false), await stock.ConfigureAwait(false))];
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new PhoenixNapOrder
        {
            Hostname = order.Name,
            Type = order.Plan,
            Location = order.Location,
            OsConfiguration = new PhoenixNapSystem(new PhoenixNapIpxe(Url(order.Boot))),
        };
        var made = await _http.PostAsync("bmc/v1/servers", CloudHttp.Json(body, PhoenixNapRequests.Default.PhoenixNapOrder),
            cancel).ConfigureAwait(false);
        return PhoenixNapAnswers.Server(made) ?? throw Traits.NoServer();
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        [.. (await _http.GetAsync("bmc/v1/servers", cancel).ConfigureAwait(false)).Items
            .Select(PhoenixNapAnswers.Server).OfType<CloudServer>()];

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        PhoenixNapAnswers.Server(await _http.FindAsync(One(id), cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) => to switch
    {
        CloudSwitch.On => _http.PostAsync($"{One(id)}/actions/power-on", null, cancel),
        CloudSwitch.Off => _http.PostAsync($"{One(id)}/actions/power-off", null, cancel),
        CloudSwitch.Soft => _http.PostAsync($"{One(id)}/actions/shutdown", null, cancel),
        _ => RebootAsync(id, new PhoenixNapReboot("STANDARD", null), cancel),
    };

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) =>
        RebootAsync(id, new PhoenixNapReboot("IPXE", Url(order.Boot)), cancel);

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        try
        {
            var body = CloudHttp.Json(new PhoenixNapRelease(DeleteIpBlocks: true), PhoenixNapRequests.Default.PhoenixNapRelease);
            await _http.PostAsync($"{One(id)}/actions/deprovision", body, cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            // It is gone.
        }

        return new CloudRelease.Done();
    }

    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    private Task<Answer> RebootAsync(string id, PhoenixNapReboot reboot, CancellationToken cancel) =>
        _http.PostAsync($"{One(id)}/actions/reboot", CloudHttp.Json(reboot, PhoenixNapRequests.Default.PhoenixNapReboot), cancel);

    private static string One(string id) => $"bmc/v1/servers/{Uri.EscapeDataString(id)}";

    private string Url(CloudBoot boot) => boot is CloudBoot.ScriptUrl script ? script.Url.ToString() : throw Traits.NoRoute(boot);
}
