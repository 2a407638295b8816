using System.Globalization;
using System.Security.Cryptography;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Linode;

/// <summary>Linode: Talos is uploaded once as a private image. A server is made from it, switched off; its kernel is set to the disk's own,
/// and then it is booted.</summary>
internal sealed class LinodeCloud(CloudAccess access) : ICloud
{
    private const int PageSize = 100;
    private const string OwnKernel = "linode/direct-disk";

    private readonly CloudHttp _http = new(access, LinodeTraits.Table, access.Endpoint("https://api.linode.com/v4"),
        CloudDialect.Bearer(access));

    // An upload that was begun longer ago broke off: none may take as long.
    private static readonly TimeSpan UploadEnds = ImageRelay.Patience + TimeSpan.FromMinutes(5);

    private readonly ImageRelay _relay = new(access, LinodeTraits.Table);

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

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        if (order.Boot is CloudBoot.CatalogueImage own)
            return new CloudPreparation.Ready(own.Image);
        var image = order.Boot as CloudBoot.DiskImage ?? throw Traits.NoRoute(order.Boot);
        await foreach (var known in AllAsync("images", "id", cancel).ConfigureAwait(false))
            if (known["label"].Text == image.Name && known["is_public"].Flag is not true && known["id"].Text is { Length: > 0 } id)
                switch (known["status"].Text)
                {
                    case "available":
                        return new CloudPreparation.Ready(id);
                    case "pending_upload" when !await FollowAsync(id, cancel).ConfigureAwait(false) && HasEnded(known["created"].Text):
                        await DeleteImageAsync(id, cancel).ConfigureAwait(false);
                        return await UploadAsync(image, order.Location, cancel).ConfigureAwait(false);
                    default:
                        return new CloudPreparation.Waiting($"image {image.Name} at {Traits.Title} ({known["status"].Text})");
                }

        return await UploadAsync(image, order.Location, cancel).ConfigureAwait(false);
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new LinodeOrder
        {
            Type = order.Plan,
            Region = order.Location,
            Image = prepared!,
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

    // Lish: an SSH gateway for each region. It lets in the keys of the account's profile.
    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var user = (await _http.GetAsync("profile", cancel).ConfigureAwait(false))["username"].Text;
        return user is not null && await FindAsync(id, cancel).ConfigureAwait(false) is { Location: { } region } server
            ? new CloudConsole(CloudConsoleKind.Ssh, $"ssh -t {user}@lish-{region}.linode.com {server.Name}", user)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose()
    {
        _http.Dispose();
        _relay.Dispose();
    }

    private async Task<CloudPreparation> UploadAsync(CloudBoot.DiskImage image, string region, CancellationToken cancel)
    {
        var body = new LinodeImage(image.Name, region);
        var made = await _http.PostAsync("images/upload", CloudHttp.Json(body, LinodeRequests.Default.LinodeImage),
            cancel).ConfigureAwait(false);
        if (made["image"]["id"].Text is not { Length: > 0 } id || !Uri.TryCreate(made["upload_to"].Text, UriKind.Absolute, out var to))
            throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} did not return an address to upload {image.Name} to");
        _relay.Begin(id, image.Url, to);
        await FollowAsync(id, cancel).ConfigureAwait(false);
        return new CloudPreparation.Waiting($"image {image.Name} to be uploaded to {Traits.Title}");
    }

    // What broke off is no image, and keeps nobody from beginning again.
    private async Task<bool> FollowAsync(string id, CancellationToken cancel)
    {
        try
        {
            return await _relay.FollowAsync(id, cancel).ConfigureAwait(false);
        }
        catch (CloudException)
        {
            await DeleteImageAsync(id, cancel).ConfigureAwait(false);
            throw;
        }
    }

    private Task DeleteImageAsync(string id, CancellationToken cancel) =>
        _http.DeleteAsync($"images/{Uri.EscapeDataString(id)}", cancel);

    // Linode's times are UTC and do not say so.
    private bool HasEnded(string? created) => DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal, out var at) && access.Time.GetUtcNow() - at > UploadEnds;

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
