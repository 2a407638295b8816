using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts.Selection;
using Rackboot.Http;

namespace Rackboot.Contracts;

/// <summary>The typed client of the management API, over the daemon's Unix socket or over HTTPS.</summary>
public sealed partial class RackbootClient : IDisposable
{
    private readonly HttpClient _http;

    public RackbootClient(HttpClient http) => _http = http;

    /// <summary>Creates a client of the daemon that listens on <paramref name="socketPath"/>.</summary>
    public static RackbootClient ForSocket(string socketPath)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancel) => OutboundConnection.OpenAsync(
                new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), new UnixDomainSocketEndPoint(socketPath),
                cancel),
        };
        return new RackbootClient(
            new HttpClient(handler) { BaseAddress = new Uri("http://rackboot/"), Timeout = Timeout.InfiniteTimeSpan });
    }

    public Task<IReadOnlyList<Machine>> GetMachinesAsync(CancellationToken cancel = default) =>
        ListAsync<Machine>(ApiPaths.Machines, cancel);

    /// <summary>The machines that <paramref name="query"/> selects, page by page.</summary>
    public IAsyncEnumerable<IReadOnlyList<Machine>> GetMachinePagesAsync(MachineQuery query, CancellationToken cancel = default)
    {
        var filters = new (string Name, string? Value)[]
        {
            ("selector", query.Selector), ("prefix", query.Prefix), ("state", Words(query.States)), ("stage", Words(query.Stages)),
            ("power", Words(query.Powers)),
        };
        return PagesAsync<Machine>(
            $"{ApiPaths.Machines}?{string.Join(
                '&', filters.Where(f => f.Value is not null).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}"))}".TrimEnd(
                '?'), cancel);
    }

    private static string? Words<T>(IReadOnlyList<T>? words)
        where T : struct, Enum => words is null ? null : string.Join(',', words.Select(w => w.ToString().ToLowerInvariant()));

    /// <summary>The boots, newest first, page by page.</summary>
    /// <param name="machine">Only boots of the machine with this name, deleted machines included.</param>
    public IAsyncEnumerable<IReadOnlyList<Boot>> GetBootPagesAsync(string? machine = null, CancellationToken cancel = default) =>
        PagesAsync<Boot>(machine is null ? ApiPaths.Boots : $"{ApiPaths.Boots}?machine={Uri.EscapeDataString(machine)}", cancel);

    public Task<IReadOnlyList<Profile>> GetProfilesAsync(CancellationToken cancel = default) =>
        ListAsync<Profile>(ApiPaths.Profiles, cancel);

    public Task<IReadOnlyList<Asset>> GetAssetsAsync(CancellationToken cancel = default) => ListAsync<Asset>(ApiPaths.Assets, cancel);

    public Task<IReadOnlyList<Lease>> GetLeasesAsync(CancellationToken cancel = default) => ListAsync<Lease>(ApiPaths.Leases, cancel);

    public Task<IReadOnlyList<Boot>> GetBootsAsync(string? machine = null, CancellationToken cancel = default) =>
        ListAsync<Boot>(machine is null ? ApiPaths.Boots : $"{ApiPaths.Boots}?machine={Uri.EscapeDataString(machine)}", cancel);

    public Task<Versioned<Machine>> GetMachineAsync(string name, CancellationToken cancel = default) =>
        GetAsync<Machine>(One(ApiPaths.Machines, name), cancel);

    public Task<Versioned<Profile>> GetProfileAsync(string name, CancellationToken cancel = default) =>
        GetAsync<Profile>(One(ApiPaths.Profiles, name), cancel);

    public Task<IReadOnlyList<Credential>> GetCredentialsAsync(CancellationToken cancel = default) =>
        ListAsync<Credential>(ApiPaths.Credentials, cancel);

    public Task<Versioned<Credential>> GetCredentialAsync(string name, CancellationToken cancel = default) =>
        GetAsync<Credential>(One(ApiPaths.Credentials, name), cancel);

    /// <summary>Arms machines, or disarms them.</summary>
    public async Task<IReadOnlyList<ProvisionResult>> ProvisionAsync(ProvisionOrder order, CancellationToken cancel = default) =>
        (await PostAsync<ProvisionOrder, ItemList<ProvisionResult>>(ApiPaths.Provision, order, cancel).ConfigureAwait(false)).Items;

    /// <summary>Accepts a network card as one of the machine's own.</summary>
    public async Task AcceptCardAsync(string machine, string mac, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Card(machine, mac));
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
    }

    /// <summary>Revokes an accepted card.</summary>
    public Task RevokeCardAsync(string machine, string mac, CancellationToken cancel = default) => DeleteAsync(Card(machine, mac), cancel);

    private static string Card(string machine, string mac) => $"{One(ApiPaths.Machines, machine)}/cards/{Uri.EscapeDataString(mac)}";

    public async Task<Boot> GetBootAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync<Boot>(One(ApiPaths.Boots, id), cancel).ConfigureAwait(false)).Value;

    public async Task<Explanation> ExplainAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<Explanation>(One(ApiPaths.Machines, machine) + "/explain", cancel).ConfigureAwait(false)).Value;

    /// <summary>Creates a new store key and re-encrypts every secret with it.</summary>
    public Task<StoreKeyChange> ChangeStoreKeyAsync(CancellationToken cancel = default) =>
        PostAsync<object, StoreKeyChange>(ApiPaths.StoreKey, new { }, cancel);

    /// <summary>The appliance in numbers, in the text format of Prometheus.</summary>
    public async Task<string> GetMetricsAsync(CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiPaths.Metrics);
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
    }

    public async Task<ServerStatus> GetStatusAsync(CancellationToken cancel = default) =>
        (await GetAsync<ServerStatus>(ApiPaths.Status, cancel).ConfigureAwait(false)).Value;

    /// <summary>Creates or replaces <paramref name="document"/>.</summary>
    /// <param name="ifMatch">Only if the stored document still has this ETag.</param>
    public Task<Applied<Machine>> PutMachineAsync(
        Machine document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Machine>(
            One(ApiPaths.Machines, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <inheritdoc cref="PutMachineAsync"/>
    public Task<Applied<Credential>> PutCredentialAsync(
        Credential document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Credential>(
            One(ApiPaths.Credentials, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <inheritdoc cref="PutMachineAsync"/>
    public Task<Applied<Profile>> PutProfileAsync(
        Profile document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Profile>(
            One(ApiPaths.Profiles, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <summary>Creates or replaces a document given as JSON, unchanged, so that the server validates every member.</summary>
    public Task<Applied<JsonElement>> PutAsync(
        string collection, string name, string json, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync(collection, name, json, null, dryRun, cancel);

    /// <inheritdoc cref="PutAsync(string, string, string, bool, CancellationToken)"/>
    /// <param name="ifMatch">Only if the stored document still has this ETag; <c>"0"</c>: only if there is none.</param>
    public Task<Applied<JsonElement>> PutAsync(
        string collection, string name, string json, string? ifMatch, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<JsonElement>(One(collection, name), new StringContent(json, System.Text.Encoding.UTF8, "application/json"), ifMatch,
            dryRun, cancel);

    /// <summary>One document as JSON, exactly as the daemon sends it.</summary>
    public Task<Versioned<JsonElement>> GetDocumentAsync(string collection, string name, CancellationToken cancel = default) =>
        GetAsync<JsonElement>(One(collection, name), cancel);

    /// <summary>All documents of a collection, whatever their kind.</summary>
    public Task<IReadOnlyList<JsonElement>> GetDocumentsAsync(string collection, CancellationToken cancel = default) =>
        ListAsync<JsonElement>(collection, cancel);

    /// <summary>Creates or replaces documents given as JSON: all of them, or none.</summary>
    /// <returns>The outcome of each, in order.</returns>
    /// <exception cref="ApiException">A document is invalid; the paths in the problem start with <c>/items/NUMBER</c>, the
    /// document's.</exception>
    public async Task<IReadOnlyList<ApplyResult>> ApplyAsync(
        IReadOnlyList<string> documents, bool dryRun = false, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, dryRun ? ApiPaths.Apply + "?dryRun=true" : ApiPaths.Apply)
        {
            Content = new StringContent($"{{\"items\":[{string.Join(',', documents)}]}}", System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return (await ReadAsync<ItemList<ApplyResult>>(response, cancel).ConfigureAwait(false)).Items;
    }

    /// <summary>Deletes machines, profiles and credentials in the given order; an error of one does not stop the others.</summary>
    /// <param name="dryRun">Only report the outcome; each document is checked as if those before it were deleted.</param>
    public async Task<IReadOnlyList<DeleteResult>> DeleteAsync(
        IReadOnlyList<DeleteItem> items, bool dryRun = false, CancellationToken cancel = default) =>
        (await PostAsync<DeleteOrder, ItemList<DeleteResult>>(
            dryRun ? ApiPaths.Delete + "?dryRun=true" : ApiPaths.Delete, new DeleteOrder(items), cancel)
            .ConfigureAwait(false)).Items;

    /// <summary>Sets and removes labels on all selected machines, or on none.</summary>
    public async Task<IReadOnlyList<ApplyResult>> LabelAsync(LabelOrder order, bool dryRun = false, CancellationToken cancel = default) =>
        (await PostAsync<LabelOrder, ItemList<ApplyResult>>(dryRun ? ApiPaths.Labels + "?dryRun=true" : ApiPaths.Labels, order, cancel)
            .ConfigureAwait(false)).Items;

    public Task DeleteMachineAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Machines, name), cancel);

    public Task DeleteProfileAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Profiles, name), cancel);

    public Task DeleteCredentialAsync(string name, CancellationToken cancel = default) =>
        DeleteAsync(One(ApiPaths.Credentials, name), cancel);

    /// <summary>The events after <paramref name="after"/> and then every new one, until cancelled or the daemon stops.</summary>
    /// <param name="after">Id of the last event already seen; null for new events only.</param>
    public IAsyncEnumerable<Event> WatchAsync(long? after = null, CancellationToken cancel = default) =>
        StreamAsync<Event>(HttpMethod.Get, after is null ? ApiPaths.Events : $"{ApiPaths.Events}?after={after}", null, cancel);

    public void Dispose() => _http.Dispose();

    // A name must stay one segment of the path; "." and ".." would address something else.
    private static string One(string collection, string name) => name is "" or "." or ".."
        ? throw new ApiException(HttpStatusCode.NotFound, new Problem { Detail = $"there is nothing called \"{name}\"" })
        : $"{collection}/{Uri.EscapeDataString(name)}";

    private static string AssetPath(string name) => name.Split('/').Aggregate(ApiPaths.Assets, One);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string path, CancellationToken cancel)
    {
        var all = new List<T>();
        await foreach (var page in PagesAsync<T>(path, cancel).ConfigureAwait(false))
            all.AddRange(page);
        return all;
    }

    private async IAsyncEnumerable<IReadOnlyList<T>> PagesAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var next = path; ;)
        {
            var page = (await GetAsync<ItemList<T>>(next, cancel).ConfigureAwait(false)).Value;
            yield return page.Items;
            if (page.Continue is null)
                yield break;
            next = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}continue={Uri.EscapeDataString(page.Continue)}";
        }
    }

    private async Task<Versioned<T>> GetAsync<T>(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return new Versioned<T>(await ReadAsync<T>(response, cancel).ConfigureAwait(false), response.Headers.ETag?.ToString());
    }

    private async IAsyncEnumerable<T> StreamAsync<T>(
        HttpMethod method, string path, HttpContent? body, [EnumeratorCancellation] CancellationToken cancel = default)
        where T : class
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        using var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        var parser = System.Net.ServerSentEvents.SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<T>(data, Reading));
        await foreach (var item in parser.EnumerateAsync(cancel).ConfigureAwait(false))
            if (item.Data is { } told)
                yield return told;
    }

    private async Task<TAnswer> PostAsync<TBody, TAnswer>(string path, TBody body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: Document.Json) };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await ReadAsync<TAnswer>(response, cancel).ConfigureAwait(false);
    }

    private async Task<Applied<T>> PutAsync<T>(string path, HttpContent content, string? ifMatch, bool dryRun, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, dryRun ? path + "?dryRun=true" : path) { Content = content };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return new Applied<T>(
            await ReadAsync<T>(response, cancel).ConfigureAwait(false),
            response.StatusCode == HttpStatusCode.Created,
            response.Headers.ETag?.ToString());
    }

    private async Task DeleteAsync(string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, path);
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new ApiException(response.StatusCode, await ReadProblemAsync(response, cancel).ConfigureAwait(false));
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancel) =>
        await response.Content.ReadFromJsonAsync<T>(Reading, cancel).ConfigureAwait(false)
            ?? throw new InvalidDataException($"{response.RequestMessage?.RequestUri} sent an empty answer");

    // A newer daemon may send members that this client does not know.
    public static readonly JsonSerializerOptions Reading = new(Document.Json)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Skip,
    };

    private static async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            if (await response.Content.ReadFromJsonAsync<Problem>(Reading, cancel).ConfigureAwait(false) is { } problem)
                return problem;
        }
        catch (JsonException)
        {
            // Not a problem document: only the status is known.
        }

        return new Problem { Status = (int)response.StatusCode, Title = response.ReasonPhrase };
    }
}

/// <summary>A document with the ETag of its version.</summary>
public sealed record Versioned<T>(T Value, string? ETag);

/// <summary>The result of a PUT.</summary>
/// <param name="Created">Whether it was new.</param>
public sealed record Applied<T>(T Value, bool Created, string? ETag);

/// <summary>The API refused a request; <see cref="Problem"/> says why.</summary>
public sealed class ApiException(HttpStatusCode status, Problem problem)
    : Exception(problem.Detail ?? problem.Title ?? $"the daemon answered {(int)status}")
{
    public HttpStatusCode Status { get; } = status;
    public Problem Problem { get; } = problem;
}
