using System.Runtime.CompilerServices;
using System.Text;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Latitude;

/// <summary>Latitude.sh: a server is ordered with the system "ipxe" and a script in base64, or the URL of one.</summary>
internal sealed class LatitudeCloud : ICloud
{
    private const string Version = "2023-06-01";
    private const int PageSize = 100;

    private static readonly Dictionary<string, CloudFailure> Codes = new()
    {
        ["RATE_LIMIT_EXCEEDED"] = CloudFailure.Busy,
        ["out_of_stock"] = CloudFailure.SoldOut,
        ["OUT_OF_STOCK"] = CloudFailure.SoldOut,
    };

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;

    public LatitudeCloud(CloudAccess access)
    {
        _access = access;
        _http = new CloudHttp(access, Traits, access.Endpoint("https://api.latitude.sh"), new CloudDialect
        {
            Codes = Codes,
            Sign = (request, _, _) =>
            {
                request.Headers.TryAddWithoutValidation("Authorization", access.Secret());
                request.Headers.TryAddWithoutValidation("Api-Version", Version);
                return ValueTask.CompletedTask;
            },
        });
    }

    public CloudTraits Traits => LatitudeTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var sites = new Dictionary<string, string>();
        foreach (var region in await AllAsync("regions", cancel).BesideAsync().ConfigureAwait(false))
            if (region["attributes"]["slug"].Text is { } slug)
                sites[slug] = region["attributes"]["name"].Text ?? slug;
        var offers = new List<CloudOffer>();
        await foreach (var plan in AllAsync("plans", cancel).ConfigureAwait(false))
            offers.AddRange(LatitudeAnswers.Offers(plan, "USD", sites));
        return offers;
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new LatitudeOrder(new("servers", new LatitudeServer
        {
            Project = _access.Needed("project", Traits),
            Plan = order.Plan,
            Site = order.Location,
            OperatingSystem = "ipxe",
            Hostname = order.Name,
            Ipxe = Script(order.Boot),
        }));
        var made = await _http.PostAsync("servers", CloudHttp.Json(body, LatitudeRequests.Default.LatitudeOrder),
            cancel).ConfigureAwait(false);
        return LatitudeAnswers.Server(made["data"])
            ?? throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} accepted the order, but did not return the server's id");
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        var servers = new List<CloudServer>();
        await foreach (var data in AllAsync("servers", cancel).ConfigureAwait(false))
            if (LatitudeAnswers.Server(data) is { } server)
                servers.Add(server);
        return servers;
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        LatitudeAnswers.Server((await _http.FindAsync(One(id), cancel).ConfigureAwait(false))["data"]);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var word = to switch { CloudSwitch.On => "power_on", CloudSwitch.Off => "power_off", _ => "reboot" };
        var body = new LatitudeAction(new("actions", new LatitudePower(word)));
        return _http.PostAsync($"{One(id)}/actions", CloudHttp.Json(body, LatitudeRequests.Default.LatitudeAction), cancel);
    }

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new LatitudeReinstall(new("reinstalls", new LatitudeInstall("ipxe", order.Name, Script(order.Boot))));
        return _http.PostAsync($"{One(id)}/reinstall", CloudHttp.Json(body, LatitudeRequests.Default.LatitudeReinstall), cancel);
    }

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var ipmi = (await _http.PostAsync($"{One(id)}/remote_access", null, cancel).ConfigureAwait(false))["data"]["attributes"];
        return ipmi.Any("ipmi_url", "ipmi_address").Text is { } address
            ? new CloudConsole(CloudConsoleKind.Ipmi, address, ipmi["ipmi_username"].Text, ipmi["ipmi_password"].Text)
            : throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} returned no console address");
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private static string One(string id) => $"servers/{Uri.EscapeDataString(id)}";

    private static string Script(CloudBoot boot) => boot switch
    {
        CloudBoot.InlineScript script => Convert.ToBase64String(Encoding.UTF8.GetBytes(script.Text)),
        CloudBoot.ScriptUrl script => script.Url.ToString(),
        _ => throw new InvalidOperationException($"{boot.Route} is not a route of Latitude.sh"),
    };

    private async IAsyncEnumerable<Answer> AllAsync(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        var ids = new HashSet<string>();
        for (var number = 1; ; number++)
        {
            var page = (await _http.GetAsync($"{path}?page[size]={PageSize}&page[number]={number}",
                cancel).ConfigureAwait(false))["data"].Items.ToList();
            // Some lists give everything on every page.
            var fresh = page.Where(item => ids.Add(item["id"].Text ?? "")).ToList();
            foreach (var item in fresh)
                yield return item;
            if (page.Count < PageSize || fresh.Count == 0)
                yield break;
        }
    }
}
