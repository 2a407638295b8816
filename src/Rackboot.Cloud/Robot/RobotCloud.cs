using System.Net.Http.Headers;
using System.Text;
using Rackboot.Cloud.Http;
using Rackboot.Cloud.Rescue;

namespace Rackboot.Cloud.Robot;

/// <summary>Hetzner Robot: servers that are rented already are taken over; Talos is written from the rescue system. Bodies are forms,
/// answers are wrapped in
/// the name of what they are.</summary>
internal sealed class RobotCloud : ICloud
{
    private static readonly Dictionary<string, CloudFailure> Codes = new()
    {
        ["RATE_LIMIT_EXCEEDED"] = CloudFailure.Busy,
        ["SERVER_NOT_FOUND"] = CloudFailure.NotFound,
        ["NOT_FOUND"] = CloudFailure.NotFound,
        ["UNAUTHORIZED"] = CloudFailure.WrongLogin,
        ["RESET_MANUAL_ACTIVE"] = CloudFailure.WrongState,
        ["BOOT_BLOCKED"] = CloudFailure.WrongState,
    };

    private readonly CloudAccess _access;
    private readonly CloudHttp _http;

    public RobotCloud(CloudAccess access)
    {
        _access = access;
        _http = new CloudHttp(access, Traits, access.Endpoint("https://robot-ws.your-server.de"), new CloudDialect
        {
            Codes = Codes,
            Sign = (request, _, _) =>
            {
                var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{access.User}:{access.Secret()}"));
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", login);
                return ValueTask.CompletedTask;
            },
        });
    }

    public CloudTraits Traits => RobotTraits.Table;

    public async Task<IReadOnlyList<CloudOffer>> OffersAsync(CancellationToken cancel) =>
        [.. (await _http.GetAsync("order/server/product", cancel).ConfigureAwait(false)).Items.Select(p =>
            p["product"]).SelectMany(RobotAnswers.Offers)];

    public Task<CloudServer> CreateAsync(CloudOrder order, string? prepared, CancellationToken cancel) =>
        throw new CloudException(CloudFailure.NotSupported, $"orders at {Traits.Title} are not built; rent the server there, and name its "
            + $"number as place.server");

    public async Task<IReadOnlyList<CloudServer>> ListAsync(CancellationToken cancel)
    {
        try
        {
            return [.. (await _http.GetAsync("server", cancel).ConfigureAwait(false)).Items.Select(s =>
                RobotAnswers.Server(s["server"])).OfType<CloudServer>()];
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            return []; // an account without servers
        }
    }

    public async Task<CloudServer?> FindAsync(string id, CancellationToken cancel) =>
        RobotAnswers.Server((await _http.FindAsync($"server/{Uri.EscapeDataString(id)}", cancel).ConfigureAwait(false))["server"]);

    public Task SwitchAsync(string id, CloudSwitch to, CancellationToken cancel) =>
        to == CloudSwitch.Reset ? ResetAsync(id, cancel)
        : throw new CloudException(CloudFailure.NotSupported, $"{Traits.Title} resets a server and does nothing else that says when it is "
            + $"done");

    public async Task<string?> TendAsync(CloudServer server, CloudBoot boot, CancellationToken cancel)
    {
        var image = boot as CloudBoot.Rescue ?? throw Traits.NoRoute(boot);
        if (server.State != CloudState.Running || server.Addresses.Count == 0)
            return $"{Traits.Title} to make it ready";
        var (path, name, shell) = ($"boot/{Uri.EscapeDataString(server.Id)}/rescue", $"robot-{server.Id}", _access.NeededShell);
        var rescue = (await _http.GetAsync(path, cancel).ConfigureAwait(false))["rescue"];
        // It is active until the server has started into it, and that is for once.
        if (rescue["active"].Flag is true)
            return "its rescue system";
        try
        {
            if (await RescueInstall.StepAsync(shell, name, "root", server.Addresses[0].ToString(), image.Image, _access.Setting("disk"),
                cancel)
                .ConfigureAwait(false) is { } waiting)
                return waiting;
            await ResetAsync(server.Id, cancel).ConfigureAwait(false);
            return null;
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NoAnswer)
        {
            // No rescue system lets us in: it is not started yet, or was never asked for.
            var last = await _http.FindAsync($"{path}/last", cancel).ConfigureAwait(false);
            var key = await KeyAsync(name, cancel).ConfigureAwait(false);
            if (last["rescue"]["authorized_key"].Items.Any(k => (k["key"]["fingerprint"].Text ?? k["fingerprint"].Text) == key)
                && IsFresh(last["rescue"]["boot_time"].Text))
                return "its rescue system to let us in";
            shell.Forget(name);
            await _http.PostAsync(path, Form(("os", "linux"), ("authorized_key[]", key)), cancel).ConfigureAwait(false);
            await ResetAsync(server.Id, cancel).ConfigureAwait(false);
            return "its rescue system";
        }
    }

    public async Task<CloudRelease> DeleteAsync(string id, CancellationToken cancel)
    {
        var path = $"server/{Uri.EscapeDataString(id)}/cancellation";
        var now = (await _http.FindAsync(path, cancel).ConfigureAwait(false))["cancellation"];
        if (now.IsNothing)
            return new CloudRelease.Done();
        if (now["cancelled"].Flag is not true && now["earliest_cancellation_date"].Text is { } earliest)
            now = (await _http.PostAsync(path, Form(("cancellation_date", earliest)), cancel).ConfigureAwait(false))["cancellation"];
        return now["cancellation_date"].Text is { Length: > 0 } date
            ? new CloudRelease.Scheduled($"on {date}, when Hetzner's cancellation takes effect")
            : new CloudRelease.NeedsPerson($"Hetzner named no date for the cancellation of server {id}; cancel it in the Robot");
    }

    public void Dispose() => _http.Dispose();

    private static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) =>
        new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));

    private Task<Answer> ResetAsync(string id, CancellationToken cancel) =>
        _http.PostAsync($"reset/{Uri.EscapeDataString(id)}", Form(("type", "hw")), cancel);

    private bool IsFresh(string? boot) => DateTimeOffset.TryParse(boot, out var at)
        && _access.Time.GetUtcNow() - at < TimeSpan.FromMinutes(10);

    // The rescue system knows keys by the MD5 fingerprint that the Robot gives them.
    private async Task<string> KeyAsync(string name, CancellationToken cancel)
    {
        var data = await _access.NeededShell.PublicKeyAsync(name, cancel).ConfigureAwait(false);
        var keys = await _http.FindAsync("key", cancel).ConfigureAwait(false);
        if (keys.Items.Select(k => k["key"]).FirstOrDefault(k => k["name"].Text == name)["fingerprint"].Text is { } known)
            return known;
        var made = await _http.PostAsync("key", Form(("name", name), ("data", data)), cancel).ConfigureAwait(false);
        return made["key"]["fingerprint"].Text ?? throw new CloudException(CloudFailure.BadAnswer, $"{Traits.Title} took an SSH key and "
            + $"did not say its fingerprint");
    }
}
