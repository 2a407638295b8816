using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.OpenStack;

/// <summary>OpenStack: Glance fetches the image once, and Nova makes servers from it, virtual ones or Ironic's.</summary>
internal sealed class OpenStackCloud : ICloud
{
    private const int PageSize = 500;
    // The oldest one that chooses a network by itself (nova, api_microversion_history).
    private const string Microversion = "2.37";

    private readonly CloudAccess _access;
    private readonly KeystoneToken _token;
    private readonly CloudHttp _http;

    public OpenStackCloud(CloudAccess access)
    {
        _access = access;
        _token = new KeystoneToken(access, Traits);
        _http = new CloudHttp(access, Traits, new Uri(access.Needed("auth", Traits)),
            _token.Dialect(("OpenStack-API-Version", $"compute {Microversion}"), ("X-OpenStack-Nova-API-Version", Microversion)));
    }

    public CloudTraits Traits => OpenStackTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var flavors = await _http.GetAsync(await NovaAsync("flavors/detail", cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return [.. flavors["flavors"].Items.Where(f => f["id"].Text is not null).Select(f => new CloudOffer
        {
            Plan = f["id"].Text!,
            Title = f["name"].Text,
            Location = _access.Setting("region") ?? "default",
            Cores = f["vcpus"].Whole,
            MemoryGiB = f["ram"].Number / 1024,
            Disks = $"{f["disk"].Text} GB",
        })];
    }

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        if (order.Boot is CloudBoot.CatalogueImage own)
            return new CloudPreparation.Ready(own.Image);
        var image = order.Boot as CloudBoot.DiskImage ?? throw Traits.NoRoute(order.Boot);
        var images = await GlanceAsync("v2/images", cancel).ConfigureAwait(false);
        var known = (await _http.GetAsync($"{images}?name={Uri.EscapeDataString(image.Name)}",
            cancel).ConfigureAwait(false))["images"].Items.FirstOrDefault();
        if (known["status"].Text == "active")
            return new CloudPreparation.Ready(known["id"].Text);
        // Glance goes back to "queued", and names the stores that have no copy.
        if (known["status"].Text is "killed" or "deactivated" || known.Any("os_glance_failed_import").Text is not null)
            throw Traits.BadImage(image, known["status"].Text ?? "failed");
        if (known.IsNothing)
        {
            var body = new GlanceImage(image.Name, "qcow2", "bare");
            known = await _http.PostAsync(images, CloudHttp.Json(body, OpenStackRequests.Default.GlanceImage),
                cancel).ConfigureAwait(false);
        }

        if (known["status"].Text == "queued" && known["id"].Text is { } id)
        {
            var import = new GlanceImport(new GlanceMethod("web-download", image.Url.ToString()));
            await _http.PostAsync($"{images}/{id}/import", CloudHttp.Json(import, OpenStackRequests.Default.GlanceImport),
                cancel).ConfigureAwait(false);
        }

        return new CloudPreparation.Waiting($"Glance to fetch {image.Url}");
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new NovaOrder(new NovaServer
        {
            Name = order.Name,
            FlavorRef = order.Plan,
            ImageRef = prepared!,
            Network = _access.Setting("network"),
            Metadata = new Dictionary<string, string> { ["rackboot"] = order.Mark },
        });
        var url = await NovaAsync("servers", cancel).ConfigureAwait(false);
        var made = await _http.PostAsync(url, CloudHttp.Json(body, OpenStackRequests.Default.NovaOrder), cancel).ConfigureAwait(false);
        return NovaStates.Server(made["server"]) is { } server
            // Its first answer has neither a name nor a state (nova, create server).
            ? server with { Name = order.Name, State = CloudState.Provisioning, Word = "BUILD" } : throw Traits.NoServer();
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        var servers = new List<CloudServer>();
        for (string? marker = ""; marker is not null;)
        {
            var url = await NovaAsync($"servers/detail?limit={PageSize}{(marker.Length > 0 ? $"&marker={marker}" : "")}",
                cancel).ConfigureAwait(false);
            var page = (await _http.GetAsync(url, cancel).ConfigureAwait(false))["servers"].Items
                .Select(NovaStates.Server).OfType<CloudServer>().ToList();
            marker = page.Count > 0 && !servers.Exists(s => s.Id == page[^1].Id) ? page[^1].Id : null;
            servers.AddRange(marker is null ? [] : page);
        }

        return servers;
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        NovaStates.Server((await _http.FindAsync(await OneAsync(id, cancel).ConfigureAwait(false),
            cancel).ConfigureAwait(false))["server"]);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) => to switch
    {
        CloudSwitch.On => ActAsync(id, CloudHttp.Json(new() { ["os-start"] = null }, OpenStackRequests.Default.DictionaryStringString),
            cancel),
        CloudSwitch.Off or CloudSwitch.Soft =>
            ActAsync(id, CloudHttp.Json(new() { ["os-stop"] = null }, OpenStackRequests.Default.DictionaryStringString), cancel),
        _ => ActAsync(id, CloudHttp.Json(new NovaReboot(new NovaRebootType("HARD")), OpenStackRequests.Default.NovaReboot), cancel),
    };

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) =>
        ActAsync(id, CloudHttp.Json(new NovaRebuild(new NovaRebuildImage(prepared!)), OpenStackRequests.Default.NovaRebuild), cancel);

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var body = new NovaConsole(new NovaConsoleKind("vnc", "novnc"));
        var url = $"{await OneAsync(id, cancel).ConfigureAwait(false)}/remote-consoles";
        var console = await _http.PostAsync(url, CloudHttp.Json(body, OpenStackRequests.Default.NovaConsole), cancel).ConfigureAwait(false);
        return console["remote_console"]["url"].Text is { } address ? new CloudConsole(CloudConsoleKind.Web, address)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(await OneAsync(id, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose()
    {
        _http.Dispose();
        _token.Dispose();
    }

    private async Task ActAsync(string id, HttpContent action, CancellationToken cancel) =>
        await _http.PostAsync($"{await OneAsync(id, cancel).ConfigureAwait(false)}/action", action, cancel).ConfigureAwait(false);

    private Task<string> OneAsync(string id, CancellationToken cancel) => NovaAsync($"servers/{Uri.EscapeDataString(id)}", cancel);

    private async Task<string> NovaAsync(string path, CancellationToken cancel) =>
        new Uri(await _token.ServiceAsync("compute", cancel).ConfigureAwait(false), path).AbsoluteUri;

    private async Task<string> GlanceAsync(string path, CancellationToken cancel) =>
        new Uri(await _token.ServiceAsync("image", cancel).ConfigureAwait(false), path).AbsoluteUri;
}
