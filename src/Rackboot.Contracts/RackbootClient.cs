using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts.Selection;

namespace Rackboot.Contracts;

/// <summary>The typed client of the management API, over the daemon's Unix socket.</summary>
public sealed class RackbootClient : IDisposable
{
    private readonly HttpClient _http;

    public RackbootClient(HttpClient http) => _http = http;

    /// <summary>A client of the daemon that listens on <paramref name="socketPath"/>.</summary>
    public static RackbootClient ForSocket(string socketPath)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancel).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new RackbootClient(new HttpClient(handler) { BaseAddress = new Uri("http://rackboot/"), Timeout = Timeout.InfiniteTimeSpan });
    }

    public Task<IReadOnlyList<Machine>> GetMachinesAsync(CancellationToken cancel = default) => ListAsync<Machine>(ApiPaths.Machines, cancel);

    /// <summary>The machines that <paramref name="query"/> asks for, a page at a time as the daemon gives them.</summary>
    public IAsyncEnumerable<IReadOnlyList<Machine>> GetMachinePagesAsync(MachineQuery query, CancellationToken cancel = default)
    {
        var filters = new (string Name, string? Value)[]
        {
            ("selector", query.Selector), ("prefix", query.Prefix), ("state", query.State?.ToString().ToLowerInvariant()),
        };
        return PagesAsync<Machine>(
            $"{ApiPaths.Machines}?{string.Join('&', filters.Where(f => f.Value is not null).Select(f => $"{f.Name}={Uri.EscapeDataString(f.Value!)}"))}".TrimEnd('?'), cancel);
    }

    /// <summary>The boots, newest first, a page at a time as the daemon gives them.</summary>
    public IAsyncEnumerable<IReadOnlyList<Boot>> GetBootPagesAsync(CancellationToken cancel = default) => PagesAsync<Boot>(ApiPaths.Boots, cancel);

    public Task<IReadOnlyList<Profile>> GetProfilesAsync(CancellationToken cancel = default) => ListAsync<Profile>(ApiPaths.Profiles, cancel);

    public Task<IReadOnlyList<Asset>> GetAssetsAsync(CancellationToken cancel = default) => ListAsync<Asset>(ApiPaths.Assets, cancel);

    public Task<IReadOnlyList<Lease>> GetLeasesAsync(CancellationToken cancel = default) => ListAsync<Lease>(ApiPaths.Leases, cancel);

    public Task<IReadOnlyList<Boot>> GetBootsAsync(string? machine = null, CancellationToken cancel = default) =>
        ListAsync<Boot>(machine is null ? ApiPaths.Boots : $"{ApiPaths.Boots}?machine={Uri.EscapeDataString(machine)}", cancel);

    public Task<Versioned<Machine>> GetMachineAsync(string name, CancellationToken cancel = default) => GetAsync<Machine>(One(ApiPaths.Machines, name), cancel);

    public Task<Versioned<Profile>> GetProfileAsync(string name, CancellationToken cancel = default) => GetAsync<Profile>(One(ApiPaths.Profiles, name), cancel);

    public Task<IReadOnlyList<Credential>> GetCredentialsAsync(CancellationToken cancel = default) => ListAsync<Credential>(ApiPaths.Credentials, cancel);

    public Task<Versioned<Credential>> GetCredentialAsync(string name, CancellationToken cancel = default) => GetAsync<Credential>(One(ApiPaths.Credentials, name), cancel);

    /// <summary>Asks the machine's BMC for its power state now.</summary>
    public async Task<MachinePower> GetPowerAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<MachinePower>(One(ApiPaths.Machines, machine) + "/power", cancel).ConfigureAwait(false)).Value;

    /// <summary>Begins to do <paramref name="order"/> to its machines.</summary>
    public Task<PowerOperation> PowerAsync(PowerOrder order, CancellationToken cancel = default) => PostAsync<PowerOrder, PowerOperation>(ApiPaths.Power, order, cancel);

    /// <summary>Begins to do something to one machine.</summary>
    public Task<PowerOperation> PowerAsync(string machine, PowerRequest request, CancellationToken cancel = default) =>
        PostAsync<PowerRequest, PowerOperation>(One(ApiPaths.Machines, machine) + "/power", request, cancel);

    /// <summary>Arms machines, or disarms them.</summary>
    public async Task<IReadOnlyList<ProvisionResult>> ProvisionAsync(ProvisionOrder order, CancellationToken cancel = default) =>
        (await PostAsync<ProvisionOrder, ItemList<ProvisionResult>>(ApiPaths.Provision, order, cancel).ConfigureAwait(false)).Items;

    /// <summary>Accepts a network card as one of the machine's own.</summary>
    public async Task AcceptCardAsync(string machine, string mac, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Card(machine, mac));
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
    }

    /// <summary>Takes back that a card was accepted.</summary>
    public Task RevokeCardAsync(string machine, string mac, CancellationToken cancel = default) => DeleteAsync(Card(machine, mac), cancel);

    private static string Card(string machine, string mac) => $"{One(ApiPaths.Machines, machine)}/cards/{Uri.EscapeDataString(mac)}";

    public Task<IReadOnlyList<PowerOperation>> GetOperationsAsync(CancellationToken cancel = default) => ListAsync<PowerOperation>(ApiPaths.Operations, cancel);

    public async Task<PowerOperation> GetOperationAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync<PowerOperation>(One(ApiPaths.Operations, id), cancel).ConfigureAwait(false)).Value;

    /// <summary>Each step of each machine from the beginning of the operation, until it is over.</summary>
    public IAsyncEnumerable<PowerProgress> FollowAsync(string operation, CancellationToken cancel = default) =>
        StreamAsync<PowerProgress>(HttpMethod.Get, One(ApiPaths.Operations, operation) + "/progress", null, cancel);

    /// <summary>What a machine's BMC tells: <c>info</c>, <c>sensors</c>, <c>log</c>, <c>parts</c>, <c>media</c> or <c>firmware</c>.</summary>
    public Task<IReadOnlyList<T>> GetBmcAsync<T>(string machine, string what, CancellationToken cancel = default) => ListAsync<T>($"{One(ApiPaths.Machines, machine)}/bmc/{what}", cancel);

    public async Task<BmcBoot> GetBmcBootAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<BmcBoot>(One(ApiPaths.Machines, machine) + "/bmc/boot", cancel).ConfigureAwait(false)).Value;

    /// <summary>Sets what the machine boots from once.</summary>
    /// <returns>What the BMC reads back.</returns>
    public async Task<BmcBoot> PutBmcBootAsync(string machine, BootTarget target, CancellationToken cancel = default) =>
        (await PutAsync<BmcBoot>(One(ApiPaths.Machines, machine) + "/bmc/boot", JsonContent.Create(new BmcBoot(target, null), options: Document.Json), null, false, cancel).ConfigureAwait(false)).Value;

    public Task DeleteBmcLogAsync(string machine, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Machines, machine) + "/bmc/log", cancel);

    public async Task PutBmcMediaAsync(string machine, string image, CancellationToken cancel = default) =>
        await PutAsync<ItemList<BmcMediaSlot>>(One(ApiPaths.Machines, machine) + "/bmc/media", JsonContent.Create(new BmcImage(image), options: Document.Json), null, false, cancel).ConfigureAwait(false);

    public Task DeleteBmcMediaAsync(string machine, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Machines, machine) + "/bmc/media", cancel);

    /// <summary>Looks for BMCs in a network.</summary>
    public IAsyncEnumerable<BmcProbeStep> ProbeAsync(string network, CancellationToken cancel = default) =>
        StreamAsync<BmcProbeStep>(HttpMethod.Post, ApiPaths.Bmcs + "/probe", JsonContent.Create(new BmcProbeOrder(network), options: Document.Json), cancel);

    /// <summary>Gives every BMC that a credential opens a new password.</summary>
    public IAsyncEnumerable<PowerProgress> RotateAsync(string credential, string? password, CancellationToken cancel = default) =>
        StreamAsync<PowerProgress>(HttpMethod.Post, One(ApiPaths.Credentials, credential) + "/rotate", JsonContent.Create(new CredentialChange { Password = password }, options: Document.Json), cancel);

    /// <summary>How the machine's console stands; fails if it has none.</summary>
    public async Task<ConsoleStatus> GetConsoleAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<ConsoleStatus>(One(ApiPaths.Machines, machine) + "/console", cancel).ConfigureAwait(false)).Value;

    /// <summary>Begins to watch the machine's console.</summary>
    /// <param name="watch">Only to read.</param>
    public async Task<ConsoleConnection> OpenConsoleAsync(string machine, bool watch, CancellationToken cancel = default)
    {
        // A refused upgrade would not say why.
        await GetConsoleAsync(machine, cancel).ConfigureAwait(false);
        var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new Uri($"ws://rackboot{One(ApiPaths.Machines, machine)}/console{(watch ? "?watch=true" : "")}"), _http, cancel).ConfigureAwait(false);
            return new ConsoleConnection(socket);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new IOException($"the console was not opened: {e.Message}", e);
        }
    }

    /// <summary>The log of the machine's console, as it was written.</summary>
    /// <param name="tail">Only so many lines of it.</param>
    /// <param name="follow">And then everything new, until cancelled or the daemon ends.</param>
    public async Task<Stream> GetConsoleLogAsync(string machine, int? tail = null, bool follow = false, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{One(ApiPaths.Machines, machine)}/console/log?follow={(follow ? "true" : "false")}{(tail is null ? "" : $"&tail={tail}")}");
        return await (await SendAsync(request, cancel).ConfigureAwait(false)).Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Boot> GetBootAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync<Boot>(One(ApiPaths.Boots, id), cancel).ConfigureAwait(false)).Value;

    public async Task<Explanation> ExplainAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<Explanation>(One(ApiPaths.Machines, machine) + "/explain", cancel).ConfigureAwait(false)).Value;

    /// <summary>Gives the store a new key and encrypts every secret with it.</summary>
    public Task<StoreKeyChange> ChangeStoreKeyAsync(CancellationToken cancel = default) => PostAsync<object, StoreKeyChange>(ApiPaths.StoreKey, new { }, cancel);

    public async Task<ServerStatus> GetStatusAsync(CancellationToken cancel = default) =>
        (await GetAsync<ServerStatus>(ApiPaths.Status, cancel).ConfigureAwait(false)).Value;

    /// <summary>Creates or replaces <paramref name="document"/>.</summary>
    /// <param name="ifMatch">Only if the stored document still has this ETag.</param>
    public Task<Applied<Machine>> PutMachineAsync(Machine document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Machine>(One(ApiPaths.Machines, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <inheritdoc cref="PutMachineAsync"/>
    public Task<Applied<Credential>> PutCredentialAsync(Credential document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Credential>(One(ApiPaths.Credentials, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <inheritdoc cref="PutMachineAsync"/>
    public Task<Applied<Profile>> PutProfileAsync(Profile document, string? ifMatch = null, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<Profile>(One(ApiPaths.Profiles, document.Name), JsonContent.Create(document, options: Document.Json), ifMatch, dryRun, cancel);

    /// <summary>Creates or replaces a document given as JSON, exactly as it stands, so that the server judges every member of it.</summary>
    public Task<Applied<JsonElement>> PutAsync(string collection, string name, string json, bool dryRun = false, CancellationToken cancel = default) =>
        PutAsync<JsonElement>(One(collection, name), new StringContent(json, System.Text.Encoding.UTF8, "application/json"), null, dryRun, cancel);

    /// <summary>Creates or replaces documents given as JSON: all of them, or none.</summary>
    /// <returns>What became of each, in their order.</returns>
    /// <exception cref="ApiException">A document is wrong; the places in the problem begin with <c>/items/NUMBER</c>, the document's.</exception>
    public async Task<IReadOnlyList<ApplyResult>> ApplyAsync(IReadOnlyList<string> documents, bool dryRun = false, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, dryRun ? ApiPaths.Apply + "?dryRun=true" : ApiPaths.Apply)
        {
            Content = new StringContent($"{{\"items\":[{string.Join(',', documents)}]}}", System.Text.Encoding.UTF8, "application/json"),
        };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return (await ReadAsync<ItemList<ApplyResult>>(response, cancel).ConfigureAwait(false)).Items;
    }

    /// <summary>Stores <paramref name="content"/> as the asset <paramref name="name"/>; the stream is sent as it is read.</summary>
    public async Task<Asset> PutAssetAsync(string name, Stream content, CancellationToken cancel = default)
    {
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return (await PutAsync<Asset>(AssetPath(name), body, null, false, cancel).ConfigureAwait(false)).Value;
    }

    /// <summary>Has the appliance fetch boot files; the progress of each. The fetching goes on when nobody follows.</summary>
    public IAsyncEnumerable<AssetPullProgress> PullAssetsAsync(AssetPullOrder order, CancellationToken cancel = default) =>
        StreamAsync<AssetPullProgress>(HttpMethod.Post, ApiPaths.Assets + "/pull", JsonContent.Create(order, options: Document.Json), cancel);

    /// <summary>Reads every stored file again; what was found of each.</summary>
    public IAsyncEnumerable<AssetCheckResult> VerifyAssetsAsync(CancellationToken cancel = default) =>
        StreamAsync<AssetCheckResult>(HttpMethod.Post, ApiPaths.Assets + "/verify", null, cancel);

    /// <summary>Removes the boot files that nothing needs.</summary>
    /// <returns>Which they are.</returns>
    public async Task<IReadOnlyList<Asset>> PruneAssetsAsync(AssetPruneOrder order, CancellationToken cancel = default) =>
        (await PostAsync<AssetPruneOrder, ItemList<Asset>>(ApiPaths.Assets + "/prune", order, cancel).ConfigureAwait(false)).Items;

    public Task<IReadOnlyList<MirrorImage>> GetMirrorImagesAsync(CancellationToken cancel = default) => ListAsync<MirrorImage>(ApiPaths.Mirror + "/images", cancel);

    public Task<IReadOnlyList<MirrorBundle>> GetMirrorBundlesAsync(CancellationToken cancel = default) => ListAsync<MirrorBundle>(ApiPaths.Mirror + "/bundles", cancel);

    public Task DeleteMirrorImageAsync(string reference, CancellationToken cancel = default) =>
        DeleteAsync(reference.Split('/').Aggregate(ApiPaths.Mirror + "/images", One), cancel);

    /// <summary>Imports a bundle, whole or not at all; the stream is sent as it is read.</summary>
    public async Task<MirrorBundle> ImportBundleAsync(Stream bundle, CancellationToken cancel = default)
    {
        using var body = new StreamContent(bundle, 1 << 20);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var request = new HttpRequestMessage(HttpMethod.Post, ApiPaths.Mirror + "/bundles") { Content = body };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await ReadAsync<MirrorBundle>(response, cancel).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<Cluster>> GetClustersAsync(CancellationToken cancel = default) => ListAsync<Cluster>(ApiPaths.Clusters, cancel);

    public Task<Versioned<Cluster>> GetClusterAsync(string name, CancellationToken cancel = default) => GetAsync<Cluster>(One(ApiPaths.Clusters, name), cancel);

    public Task DeleteClusterAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Clusters, name), cancel);

    /// <summary>Mints a talosconfig or a kubeconfig, or exports the cluster's secrets. The answer holds secrets.</summary>
    public Task<ClusterAccessFile> GetClusterAccessAsync(string name, ClusterAccessOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterAccessOrder, ClusterAccessFile>(One(ApiPaths.Clusters, name) + "/access", order, cancel);

    /// <summary>Has a machine leave its cluster.</summary>
    public Task<Cluster> RemoveFromClusterAsync(string name, string machine, ClusterRemoval removal, CancellationToken cancel = default) =>
        PostAsync<ClusterRemoval, Cluster>($"{One(ApiPaths.Clusters, name)}/machines/{Uri.EscapeDataString(machine)}/removal", removal, cancel);

    /// <summary>Lets an upgrade go on that stopped, or stops it.</summary>
    public Task<Cluster> UpgradeClusterAsync(string name, ClusterUpgradeAction action, CancellationToken cancel = default) =>
        PostAsync<ClusterUpgradeOrder, Cluster>(One(ApiPaths.Clusters, name) + "/upgrade", new ClusterUpgradeOrder(action), cancel);

    /// <summary>Has another machine make the cluster's etcd.</summary>
    public Task<Cluster> BootstrapClusterAsync(string name, string insteadOf, CancellationToken cancel = default) =>
        PostAsync<ClusterBootstrapOrder, Cluster>(One(ApiPaths.Clusters, name) + "/bootstrap", new ClusterBootstrapOrder(insteadOf), cancel);

    /// <summary>The configuration that a machine of a cluster gets.</summary>
    /// <param name="secrets">With its secrets; else they are left out.</param>
    public Task<RenderedConfiguration> RenderAsync(string machine, bool secrets, CancellationToken cancel = default) =>
        PostAsync<RenderOrder, RenderedConfiguration>(One(ApiPaths.Machines, machine) + "/configuration", new RenderOrder(secrets), cancel);

    /// <summary>Snapshots of a cluster's etcd, newest first.</summary>
    public Task<IReadOnlyList<ClusterSnapshot>> GetClusterSnapshotsAsync(string name, CancellationToken cancel = default) =>
        ListAsync<ClusterSnapshot>(One(ApiPaths.Clusters, name) + "/snapshots", cancel);

    /// <summary>Gives the appliance a snapshot that was made elsewhere; the stream is sent as it is read.</summary>
    public async Task<ClusterSnapshot> AddClusterSnapshotAsync(string name, Stream snapshot, bool skipHashCheck, CancellationToken cancel = default)
    {
        using var body = new StreamContent(snapshot, 1 << 20);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var path = $"{One(ApiPaths.Clusters, name)}/snapshots?skipHashCheck={(skipHashCheck ? "true" : "false")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await ReadAsync<ClusterSnapshot>(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Has a cluster's etcd begin anew from a snapshot.</summary>
    public Task<Cluster> RestoreClusterAsync(string name, ClusterRestoreOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterRestoreOrder, Cluster>(One(ApiPaths.Clusters, name) + "/restore", order, cancel);

    /// <summary>How the configuration that a machine runs differs from the one that it should run.</summary>
    public async Task<ConfigurationDiff> GetConfigurationDiffAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<ConfigurationDiff>(One(ApiPaths.Machines, machine) + "/configuration/diff", cancel).ConfigureAwait(false)).Value;

    public Task DeleteMachineAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Machines, name), cancel);

    public Task DeleteProfileAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Profiles, name), cancel);

    public Task DeleteCredentialAsync(string name, CancellationToken cancel = default) => DeleteAsync(One(ApiPaths.Credentials, name), cancel);

    public Task DeleteAssetAsync(string name, CancellationToken cancel = default) => DeleteAsync(AssetPath(name), cancel);

    /// <summary>The events after <paramref name="after"/> and then every new one, until cancelled or the daemon ends.</summary>
    /// <param name="after">Id of the last event already seen; none starts with what happens from now on.</param>
    public IAsyncEnumerable<Event> WatchAsync(long? after = null, CancellationToken cancel = default) =>
        StreamAsync<Event>(HttpMethod.Get, after is null ? ApiPaths.Events : $"{ApiPaths.Events}?after={after}", null, cancel);

    public void Dispose() => _http.Dispose();

    // A name is one segment of the path whatever it holds; "." and ".." would lead to another thing.
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

    private async IAsyncEnumerable<T> StreamAsync<T>(HttpMethod method, string path, HttpContent? body, [EnumeratorCancellation] CancellationToken cancel = default)
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
            ?? throw new InvalidDataException($"{response.RequestMessage?.RequestUri} answered with nothing");

    // A newer daemon may say more than this client knows.
    internal static readonly JsonSerializerOptions Reading = new(Document.Json)
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
            // Not a problem document: the status alone has to say it.
        }

        return new Problem { Status = (int)response.StatusCode, Title = response.ReasonPhrase };
    }
}

/// <summary>A document with the ETag of its version.</summary>
public sealed record Versioned<T>(T Value, string? ETag);

/// <summary>What a PUT left in the store.</summary>
/// <param name="Created">Whether it was new.</param>
public sealed record Applied<T>(T Value, bool Created, string? ETag);

/// <summary>The API said no; <see cref="Problem"/> says why.</summary>
public sealed class ApiException(HttpStatusCode status, Problem problem)
    : Exception(problem.Detail ?? problem.Title ?? $"the daemon answered {(int)status}")
{
    public HttpStatusCode Status { get; } = status;
    public Problem Problem { get; } = problem;
}
