using System.Security.Cryptography;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Linode;

/// <summary>Linode: a server is made from a private image, switched off; its kernel is set to the disk's own, and then it is
/// booted.</summary>
internal sealed class LinodeCloud(CloudAccess access) : ICloud
{
    private const int PageSize = 100;
    private const string OwnKernel = "linode/direct-disk";

    private readonly CloudHttp _http = new(access, LinodeTraits.Table, access.Endpoint("https://api.linode.com/v4"),
        CloudDialect.Bearer(access));

    public CloudTraits Traits => LinodeTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var regions = await AllAsync("regions", "id", cancel).ReadAsync(r => r["status"].Text is null or "ok" && r["id"].Text is { } id
            ? new Region(id, r["label"].Text) : null)
            .ConfigureAwait(false);
        var missing = new HashSet<(string?, string?)>();
        foreach (var at in await AllAsync("regions/availability", "-", cancel).BesideAsync().ConfigureAwait(false))
            if (at["available"].Flag is false)
                missing.Add((at["region"].Text, at["plan"].Text));
        var offers = new List<CloudOffer>();
        await foreach (var type in AllAsync("linode/types", "id", cancel).ConfigureAwait(false))
            offers.AddRange(regions.Select(region => Offer(type, region, missing)).OfType<CloudOffer>());
        return offers;
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new LinodeOrder
        {
            Type = order.Plan,
            Region = order.Location,
            Image = (order.Boot as CloudBoot.CatalogueImage ?? throw Traits.NoRoute(order.Boot)).Image,
            // An image wants one. Talos has no passwords.
            RootPass = $"Rb-{RandomNumberGenerator.GetHexString(40, lowercase: true)}-1x",
            Label = order.Name,
            Tags = order.Tags,
        };
        var made = await _http.PostAsync("linode/instances", CloudHttp.Json(body, LinodeRequests.Default.LinodeOrder),
            cancel).ConfigureAwait(false);
        return Server(made) ?? throw Traits.NoServer();
    }

    public async Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel)
    {
        if (server.State == CloudState.Running)
            return null;
        if (server.State != CloudState.Stopped)
            return $"{Traits.Title} to copy the image";
        var config = (await _http.GetAsync($"{One(server.Id)}/configs", cancel).ConfigureAwait(false))["data"].Items.FirstOrDefault();
        if (config["id"].Text is not { } id)
            return $"{Traits.Title} to make its boot configuration";
        if (config["kernel"].Text != OwnKernel)
            await _http.ChangeAsync(
                HttpMethod.Put, $"{One(server.Id)}/configs/{id}",
                    CloudHttp.Json(new LinodeConfig(OwnKernel), LinodeRequests.Default.LinodeConfig), cancel).ConfigureAwait(false);
        await _http.PostAsync($"{One(server.Id)}/boot", null, cancel).ConfigureAwait(false);
        return "it to boot";
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        AllAsync("linode/instances", "id", cancel).ReadAsync(Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server(await _http.FindAsync(One(id), cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        _http.PostAsync($"{One(id)}/{(to switch { CloudSwitch.On => "boot", CloudSwitch.Reset => "reboot", _ => "shutdown" })}", null,
            cancel);

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private sealed record Region(string Id, string? Label);

    private static string One(string id) => $"linode/instances/{Uri.EscapeDataString(id)}";

    private IAsyncEnumerable<Answer> AllAsync(string list, string id, CancellationToken cancel) =>
        _http.AllAsync(page => $"{list}?page={page}&page_size={PageSize}", a => a.IsList ? a : a["data"], PageSize, id, cancel: cancel);

    private static CloudServer? Server(Answer server)
    {
        if (LinodeTraits.States.Server(server["id"], server["label"], server["status"]) is not { } read)
            return null;
        return read with
        {
            Addresses = [.. server["ipv4"].Items.Concat(server["ipv6"].Items).Select(a => a.Address).OfType<System.Net.IPAddress>()],
            Plan = server["type"].Text,
            Location = server["region"].Text,
        };
    }

    private static CloudOffer? Offer(Answer type, Region region, HashSet<(string?, string?)> missing)
    {
        if (type["id"].Text is not { } id)
            return null;
        var price = type["region_prices"].Items.FirstOrDefault(p => p["id"].Text == region.Id) is { IsNothing: false } here ? here
            : type["price"];
        return new CloudOffer
        {
            Plan = id,
            Title = type["label"].Text,
            Location = region.Id,
            Place = region.Label,
            Cores = type["vcpus"].Whole,
            MemoryGiB = type["memory"].Number / 1024,
            Disks = $"{type["disk"].Number / 1024:0} GB",
            Gpu = type["gpus"].Whole > 0 ? type["label"].Text : null,
            Gpus = type["gpus"].Whole ?? 0,
            Hourly = Money.Of(price["hourly"].Number, "USD"),
            Monthly = Money.Of(price["monthly"].Number, "USD"),
            Stock = missing.Contains((region.Id, id)) ? CloudStock.Out : CloudStock.In,
        };
    }
}
