using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rackboot.Cloud.Tests.Support;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A provider with its servers, delays and faults; what differs is how each puts it into HTTP. Nothing is ever forgotten: a
/// deleted server is
/// still in <see cref="Servers"/>, so that a test can count what was bought.</summary>
internal abstract class SimulatedCloud : HttpMessageHandler
{
    private readonly Lock _lock = new();
    private int _made;

    /// <summary>The clock that delays go by.</summary>
    public TimeProvider Time { get; set; } = new LeapingClock();

    public LeapingClock Clock => (LeapingClock)Time;
    public abstract string Provider { get; }
    public virtual string User => "user";
    public virtual string Secret => "s3cret-t0ken";
    public virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();
    public virtual string? Image => null;

    /// <summary>What drives the rescue systems of its servers.</summary>
    public virtual IRescueShell? Shell { get; init; }
    public abstract string Plan { get; }
    public abstract string Location { get; }

    /// <summary>The settings of an account whose provider is at an address.</summary>
    public virtual IReadOnlyDictionary<string, string> SettingsAt(string address) =>
        new Dictionary<string, string>(Settings) { ["endpoint"] = $"{address}{Entrance}" };

    /// <summary>Where the API is on a host, as settings.endpoint has it.</summary>
    private string Entrance => Provider switch
    {
        "gcore" or "zenlayer" or "digitalocean" => "",
        "i3d" => "/v3",
        _ => Root.TrimEnd('/'),
    };

    /// <summary>A path below <see cref="Root"/>, split at its slashes.</summary>
    public string[] Split(Uri url)
    {
        var path = url.AbsolutePath.StartsWith(Root, StringComparison.Ordinal) ? url.AbsolutePath[Root.Length..] : url.AbsolutePath;
        return [.. path.Trim('/').Split('/').Select(Uri.UnescapeDataString)];
    }

    /// <summary>What the API's paths begin with.</summary>
    protected abstract string Root { get; }

    /// <summary>Hosts beside the API's own that belong to it.</summary>
    protected virtual bool IsOurs(Uri url) => true;

    public List<SimulatedServer> Servers { get; } = [];
    public List<SimulatedRequest> Requests { get; } = [];

    /// <summary>What goes wrong with a request; null and nothing does.</summary>
    public Func<SimulatedRequest, Fault>? Faults { get; set; }
    public bool SoldOut { get; set; }
    public decimal Hourly { get; set; } = 0.5m;
    public bool RefusesLogin { get; set; }

    /// <summary>The provider cannot use images that it is given.</summary>
    public bool RejectsImages { get; set; }

    /// <summary>How long it takes the provider to take in an image.</summary>
    protected TimeSpan ImageTime => BuildTime < TimeSpan.FromMinutes(2) ? BuildTime : TimeSpan.FromMinutes(2);

    /// <summary>How long after it was made a list begins to show a server.</summary>
    public TimeSpan ListLag { get; set; } = TimeSpan.Zero;
    public TimeSpan BuildTime { get; set; } = TimeSpan.FromMinutes(5);
    public TimeSpan DeleteTime { get; set; } = TimeSpan.Zero;

    /// <summary>Servers that cost money.</summary>
    public IEnumerable<SimulatedServer> Alive => Servers.Where(s => s.Deleted is null);

    /// <summary>Servers that the API knows.</summary>
    protected IEnumerable<SimulatedServer> Known => Servers.Where(s => s.Deleted is not { } at || Time.GetUtcNow() - at < DeleteTime);

    protected IEnumerable<SimulatedServer> Listed => Known.Where(s => Time.GetUtcNow() - s.Made >= ListLag);

    protected SimulatedServer? Find(string id) => Known.FirstOrDefault(s => s.Id == id);

    protected bool IsBuilt(SimulatedServer server) => Time.GetUtcNow() - server.Made >= BuildTime;

    protected SimulatedServer Make(string name, string plan, string location, string? boot)
    {
        var server = new SimulatedServer(NewId(++_made), name, plan, location, Time.GetUtcNow()) { Boot = boot };
        Servers.Add(server);
        return server;
    }

    protected virtual string NewId(int number) => $"id-{number:x4}";

    /// <summary>Ends a server as its owner does in the provider's console.</summary>
    public void DeleteInConsole(SimulatedServer server) => server.Deleted = Time.GetUtcNow();

    protected SimulatedAnswer Delete(SimulatedServer server)
    {
        server.Deleted ??= Time.GetUtcNow();
        return SimulatedAnswer.Empty;
    }

    /// <summary>Whether a request would buy a server.</summary>
    public abstract bool IsCreate(SimulatedRequest request);

    protected abstract bool IsAllowed(SimulatedRequest request);

    protected abstract SimulatedAnswer Answer(SimulatedRequest request);

    protected virtual SimulatedAnswer SoldOutAnswer => new(HttpStatusCode.UnprocessableEntity, new JsonObject { ["error"] = "out of "
        + "stock", ["message"] = "out of stock" });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var url = message.RequestUri!;
        var body = message.Content is null ? "" : await message.Content.ReadAsStringAsync(cancellationToken);
        var request = new SimulatedRequest(message.Method, url, Split(url), Query(url), body, message);
        lock (_lock)
        {
            Requests.Add(request);
            var fault = Faults?.Invoke(request) ?? Fault.None;
            if (fault == Fault.KilledBefore)
                throw new KilledException();
            if (fault == Fault.LostRequest)
                throw new HttpRequestException("the network is down");
            if (fault == Fault.Broken)
                return Write(new SimulatedAnswer(HttpStatusCode.InternalServerError, new JsonObject { ["message"] = "oops" }));
            if (fault == Fault.Forbidden)
                return Write(new SimulatedAnswer(HttpStatusCode.Forbidden, new JsonObject { ["message"] = "insufficient scope" }));
            if (fault == Fault.Busy)
                return Write(new SimulatedAnswer(HttpStatusCode.TooManyRequests, new JsonObject { ["message"] = "slow down" },
                    "Retry-After: 30"));
            var answer = RefusesLogin || !IsAllowed(request)
                ? new SimulatedAnswer(HttpStatusCode.Unauthorized, new JsonObject { ["message"] = "who are you" })
                : IsCreate(request) && SoldOut ? SoldOutAnswer : Answer(request);
            return fault switch
            {
                Fault.Killed => throw new KilledException(),
                Fault.LostAnswer => throw new HttpRequestException("the connection broke"),
                Fault.BrokenAfter => Write(new SimulatedAnswer(HttpStatusCode.InternalServerError,
                    new JsonObject { ["message"] = "oops" })),
                Fault.Garbage => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>hello") },
                _ => Write(answer),
            };
        }
    }

    private static HttpResponseMessage Write(SimulatedAnswer answer)
    {
        var response = new HttpResponseMessage(answer.Status)
        {
            Content = answer.Body is null ? new ByteArrayContent([])
                : new StringContent(answer.Body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (answer.Header?.Split(": ", 2) is [var name, var value])
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private static Dictionary<string, string> Query(Uri url) => url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .ToDictionary(p => Uri.UnescapeDataString(p[0]), p => Uri.UnescapeDataString(p.ElementAtOrDefault(1) ?? ""));
}
