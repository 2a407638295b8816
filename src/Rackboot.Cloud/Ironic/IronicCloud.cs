using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using Rackboot.Cloud.Http;
using Rackboot.Cloud.OpenStack;

namespace Rackboot.Cloud.Ironic;

/// <summary>Ironic: a node of a class is allocated under the server's name, given Talos's kernel and initramfs, and deployed.</summary>
internal sealed class IronicCloud : ICloud
{
    private const int PageSize = 500;
    private const int MostLooks = 5;

    // The first that can backfill allocations (Train); all later releases speak it.
    private const string Microversion = "1.58";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    private readonly CloudAccess _access;
    private readonly KeystoneToken? _token;
    private readonly CloudHttp _http;

    public IronicCloud(CloudAccess access)
    {
        _access = access;
        if (access.Setting("auth") is null && access.Setting("endpoint") is null)
            throw new CloudException(CloudFailure.Misconfigured, $"{Traits.Title} needs settings.auth (Keystone) or settings.endpoint (a "
                + "standalone Ironic)");
        _token = access.Setting("auth") is null ? null : new KeystoneToken(access, Traits);
        _http = new CloudHttp(access, Traits, access.Endpoint(access.Setting("auth") ?? ""),
            _token?.Dialect(("X-OpenStack-Ironic-API-Version", Microversion)) ?? new CloudDialect { Sign = SignAsync });
    }

    public CloudTraits Traits => IronicTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var nodes = new List<Answer>();
        await foreach (var node in AllAsync("nodes/detail", "nodes", cancel).ConfigureAwait(false))
            nodes.Add(node);
        var location = _access.Setting("region") ?? "default";
        return [.. nodes.Where(n => n["resource_class"].Text is { Length: > 0 }).GroupBy(n => n["resource_class"].Text!)
            .Select(g => IronicAnswers.Offer(g.Key, location, [.. g]))];
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new IronicAllocation(order.Name, order.Plan);
        var made = await _http.PostAsync(await PathAsync("allocations", cancel).ConfigureAwait(false),
            CloudHttp.Json(body, IronicRequests.Default.IronicAllocation), cancel).ConfigureAwait(false);
        if (IronicAnswers.Waiting(made) is not { } server)
            throw Traits.NoServer();
        // That there is no free node is told after the answer.
        for (var look = 0; look < MostLooks && server.State == CloudState.Ordered; look++)
        {
            await Task.Delay(BetweenLooks, _access.Time, cancel).ConfigureAwait(false);
            made = await LookAsync(server.Id, cancel).ConfigureAwait(false);
            server = IronicAnswers.Waiting(made) ?? server;
        }

        if (server.State != CloudState.Failed)
            return server;
        await _http.DeleteAsync(await PathAsync($"allocations/{server.Id}", cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        throw new CloudException(CloudFailure.SoldOut, $"{Traits.Title} found no node ({made["last_error"].Text ?? "no reason given"})");
    }

    public async Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel)
    {
        if (server.Word != "available")
            return null;
        var node = await NodeAsync(server.Id, cancel).ConfigureAwait(false);
        await EquipAsync(node, boot, cancel).ConfigureAwait(false);
        await ProvisionAsync(node, "active", cancel).ConfigureAwait(false);
        return $"{Traits.Title} to deploy it";
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        var (allocations, servers) = (new Dictionary<string, Answer>(), new List<CloudServer>());
        await foreach (var allocation in AllAsync("allocations", "allocations", cancel).ConfigureAwait(false))
            if (allocation["uuid"].Text is { } id)
                allocations[id] = allocation;
        await foreach (var node in AllAsync("nodes/detail", "nodes", cancel).ConfigureAwait(false))
        {
            var of = node.Any("allocation_uuid", "instance_uuid").Text;
            if (IronicAnswers.Server(node, of is null ? Answer.Nothing : allocations.GetValueOrDefault(of)) is not { } server)
                continue;
            allocations.Remove(server.Id);
            if (server.State != CloudState.Gone)
                servers.Add(server);
        }

        return [.. servers, .. allocations.Values.Select(IronicAnswers.Waiting).OfType<CloudServer>()];
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel)
    {
        var allocation = await LookAsync(id, cancel).ConfigureAwait(false);
        var node = await FindNodeAsync(id, allocation, cancel).ConfigureAwait(false);
        return IronicAnswers.Server(node, allocation) ?? IronicAnswers.Waiting(allocation);
    }

    public async Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var target = to switch
        {
            CloudSwitch.On => "power on",
            CloudSwitch.Off => "power off",
            CloudSwitch.Soft => "soft power off",
            _ => "rebooting",
        };
        await PutAsync($"{One(await NodeAsync(id, cancel).ConfigureAwait(false))}/states/power", target, cancel).ConfigureAwait(false);
    }

    public async Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var node = await NodeAsync(id, cancel).ConfigureAwait(false);
        await EquipAsync(node, order.Boot, cancel).ConfigureAwait(false);
        await ProvisionAsync(node, node["provision_state"].Text is "available" ? "active" : "rebuild", cancel).ConfigureAwait(false);
    }

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var node = One(await NodeAsync(id, cancel).ConfigureAwait(false));
        var path = await PathAsync($"{node}/states/console", cancel).ConfigureAwait(false);
        for (var look = 0; look < MostLooks; look++)
        {
            var console = await _http.GetAsync(path, cancel).ConfigureAwait(false);
            if (console["console_info"].Any("url").Text is { } url)
                return new CloudConsole(CloudConsoleKind.Web, url);
            if (console["console_enabled"].Flag is not true)
                await _http.ChangeAsync(HttpMethod.Put, path, CloudHttp.Json(new IronicConsole(true),
                    IronicRequests.Default.IronicConsole), cancel).ConfigureAwait(false);
            await Task.Delay(BetweenLooks, _access.Time, cancel).ConfigureAwait(false);
        }

        throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        var allocation = await LookAsync(id, cancel).ConfigureAwait(false);
        var node = await FindNodeAsync(id, allocation, cancel).ConfigureAwait(false);
        // Taking a node back ends its allocation; where nothing was deployed, the allocation is all there is.
        if (IronicAnswers.Server(node, allocation) is { State: not (CloudState.Releasing or CloudState.Gone), Word: not "available" })
            await ProvisionAsync(node, "deleted", cancel).ConfigureAwait(false);
        else if (!allocation.IsNothing)
            await _http.DeleteAsync(await PathAsync($"allocations/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false),
                cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose()
    {
        _http.Dispose();
        _token?.Dispose();
    }

    private static string One(Answer node) => $"nodes/{Uri.EscapeDataString(node["uuid"].Text ?? "")}";

    // instance_info is what the deploy interface "ramdisk" boots (ironic, admin/ramdisk-boot).
    private async Task EquipAsync(Answer node, CloudBoot boot, CancellationToken cancel)
    {
        var talos = boot as CloudBoot.NetBoot ?? throw Traits.NoRoute(boot);
        IReadOnlyList<IronicPatch> patch =
        [
            new("/deploy_interface", "ramdisk"),
            new("/instance_info/kernel", talos.Kernel.ToString()),
            new("/instance_info/ramdisk", talos.Initramfs.ToString()),
            new("/instance_info/kernel_append_params", talos.Arguments),
        ];
        await _http.ChangeAsync(HttpMethod.Patch, await PathAsync(One(node), cancel).ConfigureAwait(false),
            CloudHttp.Json(patch, IronicRequests.Default.IReadOnlyListIronicPatch), cancel).ConfigureAwait(false);
    }

    private Task ProvisionAsync(Answer node, string target, CancellationToken cancel) =>
        PutAsync($"{One(node)}/states/provision", target, cancel);

    private async Task PutAsync(string path, string target, CancellationToken cancel) => await _http.ChangeAsync(
        HttpMethod.Put, await PathAsync(path, cancel).ConfigureAwait(false),
        CloudHttp.Json(new IronicTarget(target), IronicRequests.Default.IronicTarget), cancel).ConfigureAwait(false);

    private async Task<Answer> LookAsync(string id, CancellationToken cancel) => await _http.FindAsync(
        await PathAsync($"allocations/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    private async Task<Answer> NodeAsync(string id, CancellationToken cancel)
    {
        var allocation = await LookAsync(id, cancel).ConfigureAwait(false);
        var node = await FindNodeAsync(id, allocation, cancel).ConfigureAwait(false);
        return node["uuid"].Text is { Length: > 0 } ? node
            : throw new CloudException(CloudFailure.NotFound, $"{Traits.Title} has no node for {id}");
    }

    // By the allocation, by another service's instance, or by its own name or id.
    private async Task<Answer> FindNodeAsync(string id, Answer allocation, CancellationToken cancel)
    {
        var escaped = Uri.EscapeDataString(id);
        if (allocation.Any("node_uuid").Text is { } held)
            return await _http.FindAsync(await PathAsync($"nodes/{Uri.EscapeDataString(held)}", cancel).ConfigureAwait(false),
                cancel).ConfigureAwait(false);
        if (!allocation.IsNothing)
            return Answer.Nothing;
        var path = await PathAsync($"nodes/detail?instance_uuid={escaped}", cancel).ConfigureAwait(false);
        var found = Guid.TryParse(id, out _) ? (await _http.GetAsync(path, cancel).ConfigureAwait(false))["nodes"].Items.FirstOrDefault()
            : Answer.Nothing;
        return found.IsNothing
            ? await _http.FindAsync(await PathAsync($"nodes/{escaped}", cancel).ConfigureAwait(false), cancel).ConfigureAwait(false)
            : found;
    }

    private async IAsyncEnumerable<Answer> AllAsync(string path, string member, [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>();
        for (string? marker = ""; marker is not null;)
        {
            var page = await _http.GetAsync(await PathAsync($"{path}?limit={PageSize}"
                + (marker.Length > 0 ? $"&marker={Uri.EscapeDataString(marker)}" : ""), cancel).ConfigureAwait(false),
                cancel).ConfigureAwait(false);
            var fresh = page[member].Items.Where(item => seen.Add(item["uuid"].Text ?? item.ToString())).ToList();
            foreach (var item in fresh)
                yield return item;
            marker = page.Any("next").IsNothing || fresh.Count == 0 ? null : fresh[^1]["uuid"].Text;
        }
    }

    // The catalogue names the service with or without its version.
    private async Task<string> PathAsync(string path, CancellationToken cancel)
    {
        var root = _token is null ? _access.Endpoint("") : await _token.ServiceAsync("baremetal", cancel).ConfigureAwait(false);
        return new Uri(root, root.AbsolutePath.EndsWith("/v1/", StringComparison.Ordinal) ? path : $"v1/{path}").AbsoluteUri;
    }

    private ValueTask SignAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        request.Headers.TryAddWithoutValidation("X-OpenStack-Ironic-API-Version", Microversion);
        if (_access.User.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_access.User}:{_access.Secret()}")));
        return ValueTask.CompletedTask;
    }
}
