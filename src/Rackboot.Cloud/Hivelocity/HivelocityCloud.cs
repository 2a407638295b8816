using System.Globalization;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Hivelocity;

/// <summary>Hivelocity: a server is ordered with the system "Custom iPXE" and the script, or the URL of one.</summary>
internal sealed class HivelocityCloud(CloudAccess access) : ICloud
{
    private const string CustomIpxe = "Custom iPXE";

    private readonly CloudHttp _http = new(
        access, HivelocityTraits.Table, access.Endpoint("https://core.hivelocity.net/api/v2"), CloudDialect.Header("X-API-KEY", access));

    public CloudTraits Traits => HivelocityTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var places = new Dictionary<string, string>();
        foreach (var location in (await _http.BesideAsync("inventory/locations", cancel).ConfigureAwait(false)).Items)
            if (location["code"].Text is { } code)
                places[code] = location["title"].Text ?? code;
        var products = await _http.GetAsync("inventory/product?group_by=flat", cancel).ConfigureAwait(false);
        return [.. HivelocityAnswers.Products(products).Select(p => HivelocityAnswers.Offer(p, places)).OfType<CloudOffer>()];
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        if (!int.TryParse(order.Plan, NumberStyles.None, CultureInfo.InvariantCulture, out var product))
            throw new CloudException(CloudFailure.Rejected, $"{order.Plan} is not a product of {Traits.Title}: its plans are numbers");
        var (script, url) = Script(order.Boot);
        var body = new HivelocityOrder
        {
            ProductId = product,
            LocationName = order.Location,
            OsName = CustomIpxe,
            Hostname = HostName(order.Name),
            Tags = order.Tags,
            Script = script,
            ScriptUrl = url,
        };
        var made = await _http.PostAsync(
            "bare-metal-devices/", CloudHttp.Json(body, HivelocityRequests.Default.HivelocityOrder), cancel).ConfigureAwait(false);
        return HivelocityAnswers.Server(made) ?? throw Traits.NoServer();
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        [.. (await _http.GetAsync("device/", cancel).ConfigureAwait(false)).Items.Select(HivelocityAnswers.Server).OfType<CloudServer>()];

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        HivelocityAnswers.Server(await _http.FindAsync($"device/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var what = to switch { CloudSwitch.On => "boot", CloudSwitch.Off => "shutdown", _ => "reboot" };
        return _http.PostAsync($"device/{Uri.EscapeDataString(id)}/power?action={what}", null, cancel);
    }

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var (script, url) = Script(order.Boot);
        var body = new HivelocityReload { OsName = CustomIpxe, Hostname = HostName(order.Name), Script = script, ScriptUrl = url };
        return _http.ChangeAsync(
            HttpMethod.Put, $"bare-metal-devices/{Uri.EscapeDataString(id)}?skipPowerCheck=true",
            CloudHttp.Json(body, HivelocityRequests.Default.HivelocityReload), cancel);
    }

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var device = $"device/{Uri.EscapeDataString(id)}/ipmi";
        if (visitor.Address is { } address)
            await _http.PostAsync(
                $"{device}/whitelist/", CloudHttp.Json(new HivelocityVisitor(address), HivelocityRequests.Default.HivelocityVisitor),
                    cancel)
                .ConfigureAwait(false);
        var login = await _http.GetAsync($"{device}/login-data", cancel).ConfigureAwait(false);
        return login["host"].Text is { } host
            ? new CloudConsole(CloudConsoleKind.Ipmi, host, login["username"].Text, login["password"].Text)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        try
        {
            await _http.DeleteAsync($"bare-metal-devices/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.WrongState)
        {
            // 409: it is being cancelled already.
        }

        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private string HostName(string name) => $"{name}.{access.Setting("domain") ?? "rackboot.internal"}";

    private (string? Script, string? Url) Script(CloudBoot boot) => boot switch
    {
        CloudBoot.InlineScript script => (script.Text, null),
        CloudBoot.ScriptUrl script => (null, script.Url.ToString()),
        _ => throw Traits.NoRoute(boot),
    };
}
