using System.Globalization;
using System.Text;
using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.Ovh;

/// <summary>OVHcloud: servers that are rented already are taken over; the iPXE script is stored with the server, and it is rebooted. Lists
/// are lists of
/// names, with one question each.</summary>
internal sealed class OvhCloud : ICloud
{
    private static readonly Dictionary<string, string> Roots = new()
    {
        ["eu"] = "https://eu.api.ovh.com/1.0", ["ca"] = "https://ca.api.ovh.com/1.0", ["us"] = "https://api.us.ovhcloud.com/1.0",
    };

    // dedicated.server.IpmiAccessTypeEnum.
    private static readonly string[] Consoles = ["kvmipHtml5URL", "serialOverLanURL"];
    private const int MostLooks = 12;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;
    private readonly CloudHttp _unsigned;
    private TimeSpan? _offset;

    public OvhCloud(CloudAccess access)
    {
        _access = access;
        var root = access.Endpoint(Roots.GetValueOrDefault(access.Setting("region") ?? "eu")
            ?? throw new CloudException(CloudFailure.Misconfigured, $"settings.region: allowed: {string.Join(", ", Roots.Keys)}"));
        _unsigned = new CloudHttp(access, Traits, root, new CloudDialect { Sign = (_, _, _) => ValueTask.CompletedTask });
        _http = new CloudHttp(access, Traits, root, new CloudDialect { Sign = SignAsync });
    }

    public CloudTraits Traits => OvhTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel)
    {
        var stock = await _unsigned.GetAsync("dedicated/server/datacenter/availabilities", cancel).ConfigureAwait(false);
        return [.. stock.Items.SelectMany(plan => plan["datacenters"].Items.Select(place => Offer(plan, place))).OfType<CloudOffer>()];
    }

    public Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"ordering at {Traits.Title} is unsupported; rent the server there, and set "
            + $"its id as place.server");

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        var names = (await _http.GetAsync("dedicated/server", cancel).ConfigureAwait(false)).Items.Select(n => n.Text).OfType<string>();
        return [.. (await Task.WhenAll(names.Select(name => FindAsync(name, cancel))).ConfigureAwait(false)).OfType<CloudServer>()];
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        Server(id, await _http.FindAsync(One(id), cancel).ConfigureAwait(false));

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        to == CloudSwitch.Reset ? _http.PostAsync($"{One(id)}/reboot", null, cancel)
        : throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} can only reboot a server over its API");

    public async Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel)
    {
        var script = (boot as CloudBoot.InlineScript ?? throw Traits.NoRoute(boot)).Text;
        var known = await _http.GetAsync(One(server.Id), cancel).ConfigureAwait(false);
        if (known["bootScript"].Text?.TrimEnd() == script.TrimEnd())
            return null;
        await _http.ChangeAsync(HttpMethod.Put, One(server.Id), CloudHttp.Json(new OvhServer(script), OvhRequests.Default.OvhServer),
            cancel).ConfigureAwait(false);
        await _http.PostAsync($"{One(server.Id)}/reboot", null, cancel).ConfigureAwait(false);
        return "it to reboot into its script";
    }

    public async Task<CloudConsole> OpenConsoleAsync(string id, CloudVisitor visitor, CancellationToken cancel)
    {
        // Which kinds there are differs from server to server; a Java program is of no use here.
        var path = $"{One(id)}/features/ipmi";
        var features = (await _http.GetAsync(path, cancel).ConfigureAwait(false))["supportedFeatures"];
        var type = Consoles.FirstOrDefault(kind => features[kind].Flag is true)
            ?? throw new CloudException(CloudFailure.NotSupported, $"server {id} of {Traits.Title} has no console in a browser");
        var body = new OvhConsole(type, visitor.Address);
        await _http.PostAsync($"{path}/access", CloudHttp.Json(body, OvhRequests.Default.OvhConsole), cancel).ConfigureAwait(false);
        // A task opens it; until then there is none.
        for (var look = 0; look < MostLooks; look++)
        {
            await Task.Delay(BetweenLooks, _access.Time, cancel).ConfigureAwait(false);
            var access = await _http.BesideAsync($"{path}/access?type={type}", cancel).ConfigureAwait(false);
            if (access.Any("value").Text is { } address)
                return new CloudConsole(CloudConsoleKind.Web, address, Ends: access["expiration"].Text);
        }

        throw Traits.NoConsole();
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        try
        {
            await _http.PostAsync($"{One(id)}/terminate", null, cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            return new CloudRelease.Done();
        }

        return new CloudRelease.NeedsPerson($"OVHcloud sends a token by e-mail to the administrator of {id}; the server ends when "
            + $"the administrator confirms with it: rackboot cloud release PROVIDER {id} --token TOKEN");
    }

    public async Task<CloudRelease> ConfirmAsync(string id, string token, CancellationToken cancel)
    {
        await _http.PostAsync($"{One(id)}/confirmTermination", CloudHttp.Json(new OvhTermination(token),
            OvhRequests.Default.OvhTermination),
            cancel).ConfigureAwait(false);
        return new CloudRelease.Scheduled("when the time ends that was paid for");
    }

    public void Dispose()
    {
        _http.Dispose();
        _unsigned.Dispose();
    }

    private static string One(string id) => $"dedicated/server/{Uri.EscapeDataString(id)}";

    private async ValueTask SignAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        if (_access.Secret().Split(':', 2) is not [var applicationSecret, var consumerKey])
            throw new CloudException(CloudFailure.Misconfigured, $"the password of {Traits.Title} is application secret and consumer key "
                + $"separated by a colon");
        var timestamp = (_access.Time.GetUtcNow() + await OffsetAsync(cancel).ConfigureAwait(false)).ToUnixTimeSeconds();
        var text = Encoding.UTF8.GetString(body.Span);
        request.Headers.TryAddWithoutValidation("X-Ovh-Application", _access.User);
        request.Headers.TryAddWithoutValidation("X-Ovh-Consumer", consumerKey);
        request.Headers.TryAddWithoutValidation("X-Ovh-Timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(
            "X-Ovh-Signature", OvhSignature.Of(applicationSecret, consumerKey, request.Method.Method, request.RequestUri!.AbsoluteUri,
                text, timestamp));
    }

    // A clock that is wrong here would have every request refused.
    private async Task<TimeSpan> OffsetAsync(CancellationToken cancel)
    {
        if (_offset is { } known)
            return known;
        try
        {
            var there = (await _unsigned.GetAsync("auth/time", cancel).ConfigureAwait(false)).Number
                ?? throw new CloudException(CloudFailure.Busy, $"{Traits.Title} does not report its time");
            var offset = DateTimeOffset.FromUnixTimeSeconds((long)there) - _access.Time.GetUtcNow();
            _offset = offset;
            return offset;
        }
        catch (CloudException e) when (e.MayHaveHappened)
        {
            // The request that it was wanted for was not sent.
            throw new CloudException(CloudFailure.Busy, e.Message, e);
        }
    }

    private static CloudServer? Server(string name, Answer server)
    {
        if (server.IsNothing)
            return null;
        bool? on = server["powerState"].Text switch { "poweron" => true, "poweroff" => false, _ => null };
        var state = OvhTraits.States.Of(server["state"].Text);
        return new CloudServer
        {
            Id = server["name"].Text ?? name,
            Name = server["reverse"].Text ?? name,
            State = state == CloudState.Running && on is false ? CloudState.Stopped : state,
            Word = server["state"].Text ?? "",
            On = on,
            Addresses = server["ip"].Address is { } address ? [address] : [],
            Plan = server["commercialRange"].Text,
            Location = server["datacenter"].Text,
        };
    }

    private static CloudOffer? Offer(Answer plan, Answer place) =>
        plan.Any("fqn", "planCode").Text is not { } code || place["datacenter"].Text is not { } where ? null : new CloudOffer
        {
            Plan = code,
            Location = where,
            Cpu = plan["server"].Text,
            Disks = plan["storage"].Text,
            // "ram-64g-ecc-2400".
            MemoryGiB = plan["memory"].Text?.Split('-') is [_, [.. var size, 'g'], ..]
                && decimal.TryParse(size, CultureInfo.InvariantCulture, out var memory) ? memory : null,
            Gpu = plan["gpu"].Text is { Length: > 0 } gpu and not "none" ? gpu : null,
            Stock = place["availability"].Text switch { null or "unknown" => CloudStock.Unknown, "unavailable" => CloudStock.Out, _ =>
                CloudStock.In },
        };
}
