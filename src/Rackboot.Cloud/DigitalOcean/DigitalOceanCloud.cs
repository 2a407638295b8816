using System.Globalization;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.DigitalOcean;

/// <summary>DigitalOcean: it fetches the image once for each region, and droplets are made from it.</summary>
internal sealed class DigitalOceanCloud(CloudAccess access) : ICloud
{
    private const int PageSize = 200;

    private readonly CloudHttp _http = new(access, DigitalOceanTraits.Table, access.Endpoint("https://api.digitalocean.com"),
        CloudDialect.Bearer(access));

    public CloudTraits Traits => DigitalOceanTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var regions = new Dictionary<string, Answer>();
        foreach (var region in await AllAsync("regions", "slug", cancel).BesideAsync().ConfigureAwait(false))
            if (region["slug"].Text is { } slug)
                regions[slug] = region;
        var offers = new List<CloudOffer>();
        await foreach (var size in AllAsync("sizes", "slug", cancel).ConfigureAwait(false))
            offers.AddRange(size["regions"].Items.Select(r => r.Text).OfType<string>().Select(r =>
                Offer(size, r, regions.GetValueOrDefault(r))).OfType<CloudOffer>());
        return offers;
    }

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        if (order.Boot is CloudBoot.CatalogueImage own)
            return new CloudPreparation.Ready(own.Image);
        var image = order.Boot as CloudBoot.DiskImage ?? throw Traits.NoRoute(order.Boot);
        // A custom image is in one region.
        var name = $"{image.Name}-{order.Location}";
        await foreach (var known in _http.AllAsync(page => $"v2/images?private=true&per_page={PageSize}&page={page}", a =>
            a["images"], PageSize, cancel: cancel).ConfigureAwait(false))
            if (known["name"].Text == name && known["status"].Text is not ("deleted" or "retired"))
                return known["status"].Text == "available"
                    ? new CloudPreparation.Ready(known["id"].Text)
                    : known["error_message"].Text is { Length: > 0 } error
                        ? throw Traits.BadImage(image with { Name = name }, error)
                        : new CloudPreparation.Waiting($"{Traits.Title} to fetch {image.Url}");
        var body = new DigitalOceanImage(name, image.Url.ToString(), order.Location);
        await _http.PostAsync("v2/images", CloudHttp.Json(body, DigitalOceanRequests.Default.DigitalOceanImage),
            cancel).ConfigureAwait(false);
        return new CloudPreparation.Waiting($"{Traits.Title} to fetch {image.Url}");
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        if (!int.TryParse(prepared, NumberStyles.None, CultureInfo.InvariantCulture, out var image))
            throw new CloudException(CloudFailure.Misconfigured, $"{prepared} is no image of {Traits.Title}: they have numbers; correct "
                + $"boot.image");
        var body = new DigitalOceanDroplet
        {
            Name = order.Name,
            Region = order.Location,
            Size = order.Plan,
            Image = image,
            SshKeys = [access.Needed("sshKey", Traits)],
            Tags = order.Tags,
        };
        var made = await _http.PostAsync("v2/droplets", CloudHttp.Json(body, DigitalOceanRequests.Default.DigitalOceanDroplet),
            cancel).ConfigureAwait(false);
        return Server(made["droplet"].IsNothing ? made["droplets"].Items.FirstOrDefault() : made["droplet"]) ?? throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) => AllAsync("droplets", "id", cancel).ReadAsync(Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server((await _http.FindAsync(One(id), cancel).ConfigureAwait(false))["droplet"]);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var type = to switch { CloudSwitch.On => "power_on", CloudSwitch.Off => "power_off", CloudSwitch.Soft => "shutdown", _ =>
            "power_cycle" };
        return _http.PostAsync($"{One(id)}/actions",
            CloudHttp.Json(new DigitalOceanAction(type), DigitalOceanRequests.Default.DigitalOceanAction), cancel);
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private static string One(string id) => $"v2/droplets/{Uri.EscapeDataString(id)}";

    private IAsyncEnumerable<Answer> AllAsync(string list, string id, CancellationToken cancel) =>
        _http.AllAsync(page => $"v2/{list}?per_page={PageSize}&page={page}", a => a[list], PageSize, id, cancel: cancel);

    private static CloudServer? Server(Answer droplet)
    {
        if (DigitalOceanTraits.States.Server(droplet["id"], droplet["name"], droplet["status"]) is not { } read)
            return null;
        return read with
        {
            Addresses = [.. droplet["networks"]["v4"].Items.Concat(droplet["networks"]["v6"].Items).OrderBy(a => a["type"].Text != "public")
                .Select(a => a["ip_address"].Address).OfType<System.Net.IPAddress>()],
            Plan = droplet["size_slug"].Text ?? droplet["size"].Any("slug").Text,
            Location = droplet["region"].Any("slug", "name").Text,
            Hourly = Money.Of(droplet["size"]["price_hourly"].Number, "USD"),
        };
    }

    private static CloudOffer? Offer(Answer size, string region, Answer place) => size["slug"].Text is not { } slug ? null : new CloudOffer
    {
        Plan = slug,
        Title = size["description"].Text,
        Location = region,
        Place = place["name"].Text,
        Cores = size["vcpus"].Whole,
        MemoryGiB = size["memory"].Number / 1024,
        Disks = $"{size["disk"].Text} GB",
        Gpu = size["gpu_info"]["model"].Text,
        Gpus = size["gpu_info"]["count"].Whole ?? 0,
        Hourly = Money.Of(size["price_hourly"].Number, "USD"),
        Monthly = Money.Of(size["price_monthly"].Number, "USD"),
        Stock = size["available"].Flag is false || place["available"].Flag is false ? CloudStock.Out : CloudStock.In,
    };
}
