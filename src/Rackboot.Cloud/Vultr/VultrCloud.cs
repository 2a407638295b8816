using System.Globalization;
using System.Text;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Vultr;

/// <summary>Vultr bare metal: a PXE script is stored under the server's name, and the server is ordered with it.</summary>
internal sealed class VultrCloud(CloudAccess access) : ICloud
{
    private const int Custom = 159;
    private const string Page = "per_page=500";

    private readonly CloudHttp _http = new(access, VultrTraits.Table, access.Endpoint("https://api.vultr.com/v2"),
        CloudDialect.Bearer(access));

    public CloudTraits Traits => VultrTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var regions = new Dictionary<string, Answer>();
        foreach (var region in await AllAsync("regions", "regions", cancel).BesideAsync().ConfigureAwait(false))
            if (region["id"].Text is { } id)
                regions[id] = region;
        var plans = new List<Answer>();
        await foreach (var plan in AllAsync("plans-metal", "plans_metal", cancel).ConfigureAwait(false))
            plans.Add(plan);
        var sold = plans.SelectMany(p => p["locations"].Items).Select(l => l.Text).OfType<string>().Distinct().ToList();
        var available = new Dictionary<string, IReadOnlySet<string>>();
        var stocks = await Task.WhenAll(sold.Select(region =>
            _http.BesideAsync($"regions/{Uri.EscapeDataString(region)}/availability?type=vbm", cancel))).ConfigureAwait(false);
        foreach (var (region, stock) in sold.Zip(stocks))
            if (!stock.IsNothing)
                available[region] = stock["available_plans"].Items.Select(p => p.Text).OfType<string>().ToHashSet();
        return [.. plans.SelectMany(plan => VultrAnswers.Offers(plan, regions, available))];
    }

    public async Task<CloudPreparation> PrepareAsync(CloudOrder order, CancellationToken cancel)
    {
        if (await ScriptAsync(order.Name, cancel).ConfigureAwait(false) is { } known)
            return new CloudPreparation.Ready(known);
        var text = ((CloudBoot.InlineScript)order.Boot).Text;
        var script = new VultrScript(order.Name, "pxe", Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
        var made = await _http.PostAsync("startup-scripts", CloudHttp.Json(script, VultrRequests.Default.VultrScript),
            cancel).ConfigureAwait(false);
        return made["startup_script"]["id"].Text is { } id
            ? new CloudPreparation.Ready(id)
            : throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} stored a script and did not say its id");
    }

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new VultrServerOrder
        {
            Region = order.Location,
            Plan = order.Plan,
            OsId = int.TryParse(access.Setting("os"), NumberStyles.None, CultureInfo.InvariantCulture, out var os) ? os : Custom,
            ScriptId = prepared,
            Label = order.Name,
            Hostname = order.Name,
            Tags = order.Tags,
        };
        var made = await _http.PostAsync("bare-metals", CloudHttp.Json(body, VultrRequests.Default.VultrServerOrder),
            cancel).ConfigureAwait(false);
        return VultrAnswers.Server(made.Any("bare_metal", "baremetal"))
            ?? throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} accepted the order and did not say the server's id");
    }

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        var servers = new List<CloudServer>();
        await foreach (var server in AllAsync("bare-metals", "bare_metals", cancel).ConfigureAwait(false))
            if (VultrAnswers.Server(server) is { } read)
                servers.Add(read);
        return servers;
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        VultrAnswers.Server((await _http.FindAsync($"bare-metals/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false)).Any(
            "bare_metal", "baremetal"));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel)
    {
        var what = to switch { CloudSwitch.On => "start", CloudSwitch.Off => "halt", _ => "reboot" };
        return _http.PostAsync($"bare-metals/{Uri.EscapeDataString(id)}/{what}", null, cancel);
    }

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel) =>
        (await _http.GetAsync($"bare-metals/{Uri.EscapeDataString(id)}/vnc", cancel).ConfigureAwait(false))["vnc"]["url"].Text is
            { Length: > 0 } url
            ? new CloudConsole(CloudConsoleKind.Vnc, url)
            : throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} gave no address of the console");

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync($"bare-metals/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public async Task TidyAsync(string name, CancellationToken cancel)
    {
        if (await ScriptAsync(name, cancel).ConfigureAwait(false) is { } script)
            await _http.DeleteAsync($"startup-scripts/{Uri.EscapeDataString(script)}", cancel).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string?> ScriptAsync(string name, CancellationToken cancel)
    {
        await foreach (var script in AllAsync("startup-scripts", "startup_scripts", cancel).ConfigureAwait(false))
            if (script["name"].Text == name)
                return script["id"].Text;
        return null;
    }

    private async IAsyncEnumerable<Answer> AllAsync(string path, string member,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>();
        for (string? cursor = ""; cursor is not null && seen.Add(cursor);)
        {
            var page = await _http.GetAsync($"{path}?{Page}{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}",
                cancel).ConfigureAwait(false);
            foreach (var item in page[member].Items)
                yield return item;
            cursor = page["meta"]["links"]["next"].Text is { Length: > 0 } next ? next : null;
        }
    }
}
