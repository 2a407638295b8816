using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.HetznerCloud;

/// <summary>Hetzner Cloud: a server is made from a snapshot with Talos that is made once.</summary>
internal sealed class HetznerCloudCloud(CloudAccess access) : ICloud
{
    private const int PageSize = 50;

    private static readonly Dictionary<string, CloudFailure> Codes = new()
    {
        ["rate_limit_exceeded"] = CloudFailure.Busy,
        ["resource_unavailable"] = CloudFailure.SoldOut,
        ["placement_error"] = CloudFailure.SoldOut,
        ["resource_limit_exceeded"] = CloudFailure.Quota,
        ["locked"] = CloudFailure.WrongState,
        // The name is taken: by an order of ours, perhaps.
        ["uniqueness_error"] = CloudFailure.BadAnswer,
    };

    private readonly CloudHttp _http = new(
        access, HetznerCloudTraits.Table, access.Endpoint("https://api.hetzner.cloud/v1"), CloudDialect.Bearer(access) with
            { Codes = Codes });

    public CloudTraits Traits => HetznerCloudTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var places = new Dictionary<string, string>();
        foreach (var place in await AllAsync("locations", cancel).BesideAsync().ConfigureAwait(false))
            if (place["name"].Text is { } name)
                places[name] = string.Join(", ", new[] { place["city"].Text, place["country"].Text }.OfType<string>());
        var currency = (await _http.BesideAsync("pricing", cancel).ConfigureAwait(false))["pricing"]["currency"].Text ?? "EUR";
        var offers = new List<CloudOffer>();
        await foreach (var type in AllAsync("server_types", cancel).ConfigureAwait(false))
            offers.AddRange(type["prices"].Items.Select(price => Offer(type, price, currency, places)).OfType<CloudOffer>());
        return offers;
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new HetznerCloudOrder
        {
            Name = order.Name,
            ServerType = order.Plan,
            Location = order.Location,
            Image = Image(order.Boot),
            Labels = new Dictionary<string, string> { ["rackboot"] = order.Mark },
        };
        var made = await _http.PostAsync("servers", CloudHttp.Json(body, HetznerCloudRequests.Default.HetznerCloudOrder),
            cancel).ConfigureAwait(false);
        return Server(made["server"]) ?? throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) => AllAsync("servers", cancel).ReadAsync(Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server((await _http.FindAsync(One(id), cancel).ConfigureAwait(false))["server"]);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var what = to switch { CloudSwitch.On => "poweron", CloudSwitch.Off => "poweroff", CloudSwitch.Soft => "shutdown", _ => "reset" };
        return _http.PostAsync($"{One(id)}/actions/{what}", null, cancel);
    }

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) => _http.PostAsync(
        $"{One(id)}/actions/rebuild", CloudHttp.Json(new HetznerCloudRebuild(Image(order.Boot)),
            HetznerCloudRequests.Default.HetznerCloudRebuild), cancel);

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var console = await _http.PostAsync($"{One(id)}/actions/request_console", null, cancel).ConfigureAwait(false);
        return console["wss_url"].Text is { } url ? new CloudConsole(CloudConsoleKind.Vnc, url, null, console["password"].Text)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private static string One(string id) => $"servers/{Uri.EscapeDataString(id)}";

    private string Image(CloudBoot boot) => (boot as CloudBoot.CatalogueImage ?? throw Traits.NoRoute(boot)).Image;

    private IAsyncEnumerable<Answer> AllAsync(string list, CancellationToken cancel) =>
        _http.AllAsync(page => $"{list}?page={page}&per_page={PageSize}", a => a[list], PageSize, cancel: cancel);

    private static CloudServer? Server(Answer server)
    {
        if (HetznerCloudTraits.States.Server(server["id"], server["name"], server["status"]) is not { } read)
            return null;
        var location = server["location"]["name"].Text ?? server["datacenter"]["location"]["name"].Text;
        var net = server["public_net"];
        return read with
        {
            State = read.State == CloudState.Running && server["rescue_enabled"].Flag is true ? CloudState.Rescue : read.State,
            Addresses = [.. new[] { net["ipv4"]["ip"].Address, net["ipv6"]["ip"].Address }.OfType<System.Net.IPAddress>()],
            Plan = server["server_type"]["name"].Text,
            Location = location,
            Hourly = server["server_type"]["prices"].Items.Where(p => p["location"].Text == location)
                .Select(p => Money.Of(p["price_hourly"]["net"].Number, "EUR")).FirstOrDefault(),
        };
    }

    private static CloudOffer? Offer(Answer type, Answer price, string currency, Dictionary<string, string> places)
    {
        if (type["name"].Text is not { } name || price["location"].Text is not { } location || type["deprecated"].Flag is true)
            return null;
        var here = type["locations"].Items.FirstOrDefault(l => l["name"].Text == location);
        return new CloudOffer
        {
            Plan = name,
            Title = type["description"].Text,
            Location = location,
            Place = places.GetValueOrDefault(location),
            Cpu = type["cpu_type"].Text,
            Cores = type["cores"].Whole,
            MemoryGiB = type["memory"].Number,
            Disks = $"{type["disk"].Text} GB {type["storage_type"].Text}",
            Architecture = type["architecture"].Text == "arm" ? "arm64" : "amd64",
            Hourly = Money.Of(price["price_hourly"]["net"].Number, currency),
            Monthly = Money.Of(price["price_monthly"]["net"].Number, currency),
            Stock = here["available"].Flag is { } available ? available ? CloudStock.In : CloudStock.Out : CloudStock.Unknown,
        };
    }
}
