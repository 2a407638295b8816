using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Rackboot.Contracts;

namespace Rackboot.Cli.Contexts;

/// <summary>Logs in at an OIDC issuer with a browser anywhere: the device authorization grant (RFC 8628).</summary>
internal sealed class DeviceFlow(HttpClient http, TimeProvider time)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";

    // RFC 8628 §3.2 and §3.5.
    private const int UsualInterval = 5;
    private const int SlowerBy = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks for a login, tells the user where to confirm it, and waits for that.</summary>
    /// <param name="tell">Where the user reads what to do.</param>
    /// <exception cref="IOException">The issuer does not answer as one does, or the user declined.</exception>
    public async Task<OidcLogin> LoginAsync(OidcClient client, TextWriter tell, CancellationToken cancel)
    {
        var issuer = await DiscoverAsync(client.Issuer, cancel);
        if (Text(issuer, "device_authorization_endpoint") is not { } endpoint)
            throw new IOException($"{client.Issuer} has no device flow; allow it there for the client {client.Client}, or use a token");
        var asked = await PostAsync(endpoint, cancel, ("client_id", client.Client), ("scope", "openid profile groups offline_access"));
        if (Text(asked, "device_code") is not { } device)
            throw new IOException($"{client.Issuer} refused: {Mistake(asked)}");
        var code = Text(asked, "user_code");
        tell.WriteLine(Output.Printable.Of(Text(asked, "verification_uri_complete") is { } whole
            ? $"Open {whole} and confirm the code {code}."
            : $"Open {Text(asked, "verification_uri")} and enter the code {code}."));
        return await WaitAsync(client, Text(issuer, "token_endpoint")!, device, Number(asked, "interval") ?? UsualInterval, cancel);
    }

    /// <summary>A newer ID token.</summary>
    /// <exception cref="IOException">There is none; one has to log in again.</exception>
    public async Task<OidcLogin> RefreshAsync(OidcLogin login, CancellationToken cancel)
    {
        if (login.RefreshToken is not { } refresh)
            throw new IOException("your login ended; log in again: rackboot login URL --oidc");
        var issuer = await DiscoverAsync(login.Issuer, cancel);
        var answer = await PostAsync(Text(issuer, "token_endpoint")!, cancel,
            ("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", login.Client));
        return Text(answer, "id_token") is { } token
            ? login with { IdToken = token, RefreshToken = Text(answer, "refresh_token") ?? refresh, Ends = Ends(token) }
            : throw new IOException($"your login ended ({Mistake(answer)}); log in again: rackboot login URL --oidc");
    }

    private async Task<OidcLogin> WaitAsync(OidcClient client, string endpoint, string device, int interval, CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(interval), time, cancel);
            var answer = await PostAsync(
                endpoint, cancel, ("grant_type", Grant), ("device_code", device), ("client_id", client.Client));
            if (Text(answer, "id_token") is { } token)
                return new OidcLogin(client.Issuer, client.Client, token, Text(answer, "refresh_token"), Ends(token));
            if (Text(answer, "error") is not ("authorization_pending" or "slow_down"))
                throw new IOException($"not logged in: {Mistake(answer)}");
            if (Text(answer, "error") == "slow_down")
                interval += SlowerBy;
        }
    }

    private async Task<JsonElement> DiscoverAsync(string issuer, CancellationToken cancel)
    {
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback))
            throw new IOException($"the appliance names the issuer {Output.Printable.Of(issuer)}, which is no https URL");
        var found = await ReadAsync(stop => http.GetAsync($"{issuer.TrimEnd('/')}/.well-known/openid-configuration", stop), cancel);
        return Text(found, "token_endpoint") is not null ? found
            : throw new IOException($"{issuer} does not answer as an OIDC issuer does");
    }

    private async Task<JsonElement> PostAsync(string endpoint, CancellationToken cancel, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await ReadAsync(stop => http.PostAsync(endpoint, form, stop), cancel);
    }

    private static async Task<JsonElement> ReadAsync(Func<CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            using var answer = await ask(limit.Token);
            return await answer.Content.ReadFromJsonAsync<JsonElement>(limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException
            && !cancel.IsCancellationRequested))
        {
            throw new IOException($"the OIDC issuer does not answer as one does: {e.Message}", e);
        }
    }

    // The appliance judges the token; here only its end is of interest.
    private DateTimeOffset Ends(string token)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            return DateTimeOffset.FromUnixTimeSeconds(payload.RootElement.GetProperty("exp").GetInt64());
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or IndexOutOfRangeException
            or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return time.GetUtcNow();
        }
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static int? Number(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? Math.Clamp(number, 0, 60) : null;

    private static string Mistake(JsonElement answer) => Output.Printable.Of(string.Create(CultureInfo.InvariantCulture,
        $"{Text(answer, "error_description") ?? Text(answer, "error") ?? "no reason given"}"));
}
