using System.Security.Cryptography;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Cherry;

/// <summary>Cherry Servers: a server is ordered with the URL of an iPXE script.</summary>
internal sealed class CherryCloud(CloudAccess access) : ICloud
{
    private const int PageSize = 100;

    private readonly CloudHttp _http = new(access, CherryTraits.Table, access.Endpoint("https://api.cherryservers.com/v1"),
        CloudDialect.Bearer(access));

    public CloudTraits Traits => CherryTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel) =>
        [.. (await _http.GetAsync("plans?fields=plan,region,pricing,specs", cancel).ConfigureAwait(false)).Items.SelectMany(
            CherryAnswers.Offers)];

    public async Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel)
    {
        var body = new CherryOrder
        {
            Plan = order.Plan,
            Region = order.Location,
            Hostname = order.Name,
            Image = access.Setting("image"),
            Ipxe = Url(order.Boot),
            Tags = new Dictionary<string, string> { ["rackboot"] = order.Mark },
        };
        var made = await _http.PostAsync($"{Project}/servers", CloudHttp.Json(body, CherryRequests.Default.CherryOrder),
            cancel).ConfigureAwait(false);
        return CherryAnswers.Server(made) ?? throw Traits.NoServer();
    }

    public Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel) =>
        _http.AllAsync(page => $"{Project}/servers?limit={PageSize}&offset={page * PageSize}", a => a, PageSize, first: 0, cancel: cancel)
            .ReadAsync(CherryAnswers.Server);

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel)
    {
        if (CherryAnswers.Server(await _http.FindAsync(One(id), cancel).ConfigureAwait(false)) is not { } server)
            return null;
        // The power is another question.
        var power = await _http.FindAsync($"{One(id)}?fields=power", cancel).ConfigureAwait(false);
        return server with { On = CherryAnswers.On(power["power"].Text) ?? server.On };
    }

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        ActAsync(id, new CherryAction { Type = to switch { CloudSwitch.On => "power_on", CloudSwitch.Off => "power_off", _ => "reboot" } },
            cancel);

    public Task ReinstallAsync(string id, CloudOrder order, string? prepared, CancellationToken cancel) => ActAsync(id, new CherryAction
    {
        Type = "reinstall",
        Image = access.Setting("image"),
        Hostname = order.Name,
        // At least 8 characters, a capital that is not the first, a digit that is not the last. Nothing of Talos ever sees it.
        Password = $"a{RandomNumberGenerator.GetHexString(20, lowercase: true)}X1y",
        Ipxe = Url(order.Boot),
    }, cancel);

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        var bmc = (await ActAsync(id, new CherryAction { Type = "create-console-access", AllowedIp = visitor.Address },
            cancel).ConfigureAwait(false))["bmc"];
        if (bmc.IsNothing)
            bmc = (await _http.GetAsync(One(id), cancel).ConfigureAwait(false))["bmc"];
        return bmc["ip"].Text is { } address
            ? new CloudConsole(CloudConsoleKind.Ipmi, address, bmc["user"].Text, bmc["password"].Text, bmc["expires"].Text)
            : throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        await _http.DeleteAsync(One(id), cancel).ConfigureAwait(false);
        return new CloudRelease.Done();
    }

    public void Dispose() => _http.Dispose();

    private string Project => $"projects/{Uri.EscapeDataString(access.Needed("project", Traits))}";

    private Task<Answer> ActAsync(string id, CherryAction action, CancellationToken cancel) =>
        _http.PostAsync($"{One(id)}/actions", CloudHttp.Json(action, CherryRequests.Default.CherryAction), cancel);

    private static string One(string id) => $"servers/{Uri.EscapeDataString(id)}";

    private string Url(CloudBoot boot) => boot is CloudBoot.ScriptUrl script ? script.Url.ToString() : throw Traits.NoRoute(boot);
}
