using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rackboot.Core.Credentials;
using Rackboot.Http;

namespace Rackboot.Core.Power.Drivers;

/// <summary>The operator's own HTTP service switches the machine. Its protocol, small enough for a page of shell (docs/power.md):
/// <c>GET url?machine=NAME</c> answers <c>{"power":"on"|"off","boot":"network"|"disk"|"bios"|null}</c>;
/// <c>POST url</c> takes <c>{"machine":NAME,"action":"on"|"off"|"reset"|"soft"|"boot"|"identify","boot":…,"seconds":…}</c> and answers 200,
/// 202 or 204; 501 says that it cannot do this. An error's <c>{"error":"…"}</c> is shown to the operator.</summary>
public sealed class WebhookPower(Uri url, string machine, Login? login) : IPowerController
{
    private const int MostAnswerBytes = 64 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = OutboundConnection.OpenAsync,
        // A connection a request: a service may end one at any time after its answer, and a command that is lost to that is not sent again.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        MaxResponseContentBufferSize = MostAnswerBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public bool ReadsState => true;

    public async Task<PowerState> ReadStateAsync(CancellationToken cancel) => await AskAsync(cancel).ConfigureAwait(false) switch
    {
        { Power: "on" } => PowerState.On,
        { Power: "off" } => PowerState.Off,
        var other => throw new PowerException(
            PowerFailure.BadAnswer, $"{Where} reports power \"{Short(other.Power)}\"; it must be \"on\" or \"off\""),
    };

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) =>
        TellAsync(new Order(machine, to.ToString().ToLowerInvariant(), null, null), cancel);

    // The operator's own service says what it can.
    public Task CheckBootAsync(BootTarget target, CancellationToken cancel) => Task.CompletedTask;

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) =>
        TellAsync(new Order(machine, "boot", target.ToString().ToLowerInvariant(), null), cancel);

    public async Task<BootOverride> ReadBootAsync(CancellationToken cancel)
    {
        var boot = (await AskAsync(cancel).ConfigureAwait(false)).Boot;
        return new BootOverride(
            Enum.TryParse<BootTarget>(boot, ignoreCase: true, out var target) ? target : null, boot is null ? "nothing" : Short(boot));
    }

    public Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) =>
        TellAsync(new Order(machine, "identify", null, (int)duration.TotalSeconds), cancel);

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed record Order(string Machine, string Action, string? Boot, int? Seconds);

    private sealed record Answer(string? Power, string? Boot, string? Error);

    // Without user, password and query, which may be secrets.
    private string Where => $"the webhook {url.Scheme}://{url.Authority}{url.AbsolutePath}";

    private async Task<Answer> AskAsync(CancellationToken cancel)
    {
        var query = $"{(url.Query.Length > 1 ? url.Query + "&" : "?")}machine={Uri.EscapeDataString(machine)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, url.AbsolutePath + query));
        return await SendAsync(request, cancel).ConfigureAwait(false) ?? throw new PowerException(
            PowerFailure.BadAnswer, $"{Where} answers GET without a body; it must answer {{\"power\":\"on\"}} or {{\"power\":\"off\"}}");
    }

    private async Task TellAsync(Order order, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url);
        request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order, Json));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await SendAsync(request, cancel).ConfigureAwait(false);
    }

    private async Task<Answer?> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (login is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String([.. Encoding.UTF8.GetBytes(login.Username + ":"), .. login.Password.Reveal().Span]));
        try
        {
            using var response = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            var answer = Parse(body, out var understood);
            if (!response.IsSuccessStatusCode)
                throw Refused(response.StatusCode, answer?.Error);
            return understood || body.Length == 0 ? answer : request.Method == HttpMethod.Post ? null : throw new PowerException(
                PowerFailure.BadAnswer,
                $"{Where} sent an answer that does not follow the protocol in docs/power.md");
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new PowerException(PowerFailure.BadAnswer,
                $"{Where} sent more than {MostAnswerBytes / 1024} KiB; the answer must be one small JSON object", e);
        }
        catch (HttpRequestException e)
        {
            throw new PowerException(
                PowerFailure.NoAnswer, $"{Where} is unreachable: {e.InnerException?.Message ?? e.Message}; is the service running?", e);
        }
    }

    private PowerException Refused(HttpStatusCode status, string? error) => status switch
    {
        HttpStatusCode.Unauthorized => new(PowerFailure.WrongCredential, $"{Where} refuses the login; correct bmc.credential"),
        HttpStatusCode.Forbidden => new(PowerFailure.Refused, $"{Where} does not permit this user to do that{Said(error)}"),
        HttpStatusCode.NotFound => new(PowerFailure.Refused, $"{Where} knows no machine {machine}{Said(error)}"),
        HttpStatusCode.NotImplemented => new(PowerFailure.NotSupported, $"{Where} cannot do this{Said(error)}"),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
            new(PowerFailure.Refused, $"{Where} sent a redirect, which Rackboot does not follow; correct bmc.url"),
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout =>
            new(PowerFailure.NoAnswer, $"{Where} answers {(int)status}{Said(error)}; try again later"),
        _ => new(PowerFailure.Refused, $"{Where} answers {(int)status}{Said(error)}"),
    };

    private static Answer? Parse(byte[] body, out bool understood)
    {
        understood = false;
        try
        {
            var answer = JsonSerializer.Deserialize<Answer>(body, Json);
            understood = answer is not null;
            return answer;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Said(string? error) => error is null ? "" : $": {Short(error)}";

    private static string Short(string? text) =>
        text is null ? "" : new string([.. text.Take(200).Select(c => char.IsControl(c) ? '?' : c)]);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8,
    };
}
