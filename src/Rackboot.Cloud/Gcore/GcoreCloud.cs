using Rackboot.Cloud.Http;
using Rackboot.Cloud.OpenStack;

namespace Rackboot.Cloud.Gcore;

/// <summary>Gcore bare metal: it fetches the image once, and servers are made from it. Changes are tasks that are asked after.</summary>
internal sealed class GcoreCloud : ICloud
{
    private const int PageSize = 100;
    private const int MostLooks = 10;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;
    private readonly string _where;

    public GcoreCloud(CloudAccess access)
    {
        _access = access;
        _http = new CloudHttp(access, Traits, access.Endpoint("https://api.gcore.com"),
            CloudDialect.Header("Authorization", access, "APIKey "));
        _where = $"{Uri.EscapeDataString(access.Needed("project", Traits))}/{Uri.EscapeDataString(access.Needed("region", Traits))}";
    }

    public CloudTraits Traits => GcoreTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var region = _access.Setting("region")!;
        var offers = await _http.AllAsync(
            page => $"cloud/v1/bmflavors/{_where}?include_prices=true&include_capacity=true&limit={PageSize}&offset={page * PageSize}",
            a => a.IsList ? a : a["results"], PageSize, "flavor_id", first: 0, cancel: cancel)
            .ReadAsync(flavor => Offer(flavor, region)).ConfigureAwait(false);
        if (offers.All(o => o.Stock != CloudStock.Unknown))
            return offers;
        // Where flavors come without their capacity, it is another list (gcorelabscloud-go, gcore/baremetal/v1/bmcapacity).
        var capacity = (await _http.BesideAsync($"cloud/v1/bmcapacity/{_where}", cancel).ConfigureAwait(false))["capacity"];
        return [.. offers.Select(o => o.Stock != CloudStock.Unknown ? o : o with { Stock = Stock(capacity[o.Plan].Number) })];
    }

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        if (order.Boot is CloudBoot.CatalogueImage own)
            return new CloudPreparation.Ready(own.Image);
        var image = order.Boot as CloudBoot.DiskImage ?? throw Traits.NoRoute(order.Boot);
        foreach (var known in (await _http.GetAsync($"cloud/v1/bmimages/{_where}?visibility=private",
            cancel).ConfigureAwait(false))["results"].Items)
            if (known["name"].Text == image.Name)
                return known["status"].Text switch
                {
                    "active" => new CloudPreparation.Ready(known["id"].Text),
                    "killed" or "error" or "deleted" or "deactivated" => throw Traits.BadImage(image, known["status"].Text!),
                    _ => new CloudPreparation.Waiting($"{Traits.Title} to fetch {image.Url}"),
                };
        var body = new GcoreImage(image.Name, image.Url.ToString());
        await _http.PostAsync($"cloud/v1/downloadimage/{_where}", CloudHttp.Json(body, GcoreRequests.Default.GcoreImage),
            cancel).ConfigureAwait(false);
        return new CloudPreparation.Waiting($"{Traits.Title} to fetch {image.Url}");
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new GcoreOrder
        {
            Name = order.Name,
            Flavor = order.Plan,
            ImageId = prepared!,
            Tags = new Dictionary<string, string> { ["rackboot"] = order.Mark },
        };
        var tasks = await _http.PostAsync($"cloud/v1/bminstances/{_where}", CloudHttp.Json(body, GcoreRequests.Default.GcoreOrder),
            cancel).ConfigureAwait(false);
        // Whatever becomes of these questions, the order left: it is found by its mark.
        if (tasks["tasks"].Items.Select(t => t.Text).FirstOrDefault() is { Length: > 0 } task)
            for (var look = 0; look < MostLooks; look++)
            {
                var now = await TaskAsync(task, cancel).ConfigureAwait(false);
                if (now["created_resources"]["instances"].Items.Select(i => i.Text).FirstOrDefault() is { Length: > 0 } id)
                    return new CloudServer { Id = id, Name = order.Name, State = CloudState.Provisioning, Word = now["state"].Text
                        ?? "", Plan = order.Plan, Location = order.Location };
                if (now["state"].Text == "ERROR")
                    break;
                await Task.Delay(BetweenLooks, _access.Time, cancel).ConfigureAwait(false);
            }

        throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        _http.AllAsync(page => $"cloud/v1/bminstances/{_where}?limit={PageSize}&offset={page * PageSize}", a =>
            a["results"], PageSize, "instance_id", first: 0, cancel: cancel)
            .ReadAsync(NovaStates.Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        // gcore-go asks bminstances; gcorelabscloud-go, which is older, knows one address for servers of both kinds.
        NovaStates.Server(await _http.FindAsync(One(id), cancel).ConfigureAwait(false))
            ?? NovaStates.Server(await _http.FindAsync($"cloud/v1/instances/{_where}/{Uri.EscapeDataString(id)}",
                cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var action = to switch { CloudSwitch.On => "start", CloudSwitch.Off or CloudSwitch.Soft => "stop", _ => "reboot_hard" };
        return _http.PostAsync(
            $"cloud/v2/instances/{_where}/{Uri.EscapeDataString(id)}/action",
                CloudHttp.Json(new GcoreAction(action), GcoreRequests.Default.GcoreAction), cancel);
    }

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) =>
        _http.PostAsync($"{One(id)}/rebuild", CloudHttp.Json(new GcoreRebuild(prepared!), GcoreRequests.Default.GcoreRebuild), cancel);

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private string One(string id) => $"cloud/v1/bminstances/{_where}/{Uri.EscapeDataString(id)}";

    private async Task<Answer> TaskAsync(string id, CancellationToken cancel)
    {
        try
        {
            return await _http.GetAsync($"cloud/v1/tasks/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false);
        }
        catch (CloudException e)
        {
            throw new CloudException(CloudFailure.NoAnswer, $"the provider accepted the order, but its outcome is unknown: {e.Message}", e);
        }
    }

    private static CloudOffer? Offer(Answer flavor, string region)
    {
        if (flavor["flavor_id"].Text is not { } id)
            return null;
        var about = flavor["hardware_description"];
        var currency = flavor["currency_code"].Text;
        return new CloudOffer
        {
            Plan = id,
            Title = flavor["flavor_name"].Text,
            Location = region,
            Cpu = about["cpu"].Text,
            Cores = flavor["vcpus"].Whole,
            MemoryGiB = flavor["ram"].Number / 1024,
            Disks = about["disk"].Text,
            Gpu = about["gpu"].Text,
            Gpus = about["gpu"].IsNothing ? 0 : 1,
            Network = about["network"].Text,
            Hourly = Money.Of(flavor["price_per_hour"].Number, currency),
            Monthly = Money.Of(flavor["price_per_month"].Number, currency),
            Stock = flavor["disabled"].Flag is true ? CloudStock.Out : Stock(flavor["capacity"].Number),
        };
    }

    private static CloudStock Stock(decimal? left) => left switch { null => CloudStock.Unknown, > 0 => CloudStock.In, _ => CloudStock.Out };
}
