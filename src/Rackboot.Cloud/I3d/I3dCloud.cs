using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.I3d;

/// <summary>i3D.net FlexMetal: a server is ordered with the system "custom-ipxe" and the URL of a script.</summary>
internal sealed class I3dCloud : ICloud
{
    private const int PageSize = 100;
    private const string CustomIpxe = "custom-ipxe";

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;

    public I3dCloud(CloudAccess access)
    {
        _access = access;
        // Lists come in ranges that a header asks for; a list of servers is the only one that may be long.
        _http = new CloudHttp(access, Traits, access.Endpoint("https://api.i3d.net/v3"), new CloudDialect
        {
            Sign = (request, _, _) =>
            {
                request.Headers.TryAddWithoutValidation("PRIVATE-TOKEN", access.Secret());
                if (request.RequestUri!.Fragment is ['#', .. var range])
                    request.Headers.TryAddWithoutValidation("RANGED-DATA", Uri.UnescapeDataString(range));
                return ValueTask.CompletedTask;
            },
        });
    }

    public CloudTraits Traits => I3dTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var places = (await _http.GetAsync("flexMetal/location", cancel).ConfigureAwait(false)).Items.Where(p =>
            p["id"].Text is not null).ToList();
        var types = await Task.WhenAll(places.Select(p =>
            _http.FindAsync($"flexMetal/location/{p["id"].Text}/instanceTypes", cancel))).ConfigureAwait(false);
        return [.. places.Zip(types, (place, list) => list.Items.Select(type => Offer(place, type))).SelectMany(o =>
            o).OfType<CloudOffer>()];
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new I3dOrder
        {
            Name = order.Name,
            Location = order.Location,
            InstanceType = order.Plan,
            Os = new I3dSystem(CustomIpxe, Url(order.Boot)),
            SshKey = [_access.Needed("sshKey", Traits)],
            Tags = order.Tags,
        };
        var made = await _http.PostAsync("flexMetal/servers", CloudHttp.Json(body, I3dRequests.Default.I3dOrder),
            cancel).ConfigureAwait(false);
        // The specification has one server, the provider's own client reads a list of one.
        return Server(made.Items.FirstOrDefault()) ?? throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        _http.AllAsync(page => $"flexMetal/servers#start={page * PageSize},results={PageSize}", a =>
            a, PageSize, "uuid", first: 0, cancel: cancel).ReadAsync(Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server((await _http.FindAsync(One(id), cancel).ConfigureAwait(false)).Items.FirstOrDefault());

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} cannot switch FlexMetal servers over its API");

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new I3dReinstall(order.Name, new I3dSystem(CustomIpxe, Url(order.Boot)));
        return _http.ChangeAsync(HttpMethod.Patch, One(id), CloudHttp.Json(body, I3dRequests.Default.I3dReinstall), cancel);
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private static string One(string id) => $"flexMetal/servers/{Uri.EscapeDataString(id)}";

    private string Url(CloudBoot boot) => boot is CloudBoot.ScriptUrl script ? script.Url.ToString() : throw Traits.NoRoute(boot);

    private static CloudServer? Server(Answer server) => server["uuid"].Text is not { Length: > 0 } id ? null : new CloudServer
    {
        Id = id,
        Name = server["name"].Text ?? "",
        State = I3dTraits.States.Of(server["status"].Text),
        Word = server["status"].Text ?? "",
        Addresses = [.. server["ipAddresses"].Items.Select(a => a["ipAddress"].Address).OfType<System.Net.IPAddress>()],
        Plan = server["instanceType"]["name"].Text,
        Location = server["location"]["name"].Text,
    };

    // Places are ordered by their name, "EU: Rotterdam".
    private static CloudOffer? Offer(Answer place, Answer type) => type["name"].Text is not { } plan
        || place["name"].Text is not { } location ? null : new CloudOffer
    {
        Plan = plan,
        Title = type["generationName"].Text,
        Location = location,
        Place = string.Join(", ", new[] { place["displayName"].Text, place["countryShortName"].Text }.OfType<string>()),
        Cores = type["cores"].Whole * (type["sockets"].Whole ?? 1),
        MemoryGiB = type["memory"].Number,
        Disks = $"{type["storage"].Text} GB {type["storageType"].Text}",
    };
}
