using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;

namespace Rackboot.Contracts;

// Power, BMCs and consoles.
public sealed partial class RackbootClient
{
    /// <summary>Reads the power state from the machine's BMC.</summary>
    public async Task<MachinePower> GetPowerAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<MachinePower>(One(ApiPaths.Machines, machine) + "/power", cancel).ConfigureAwait(false)).Value;

    /// <summary>Starts an operation on many machines.</summary>
    public Task<PowerOperation> PowerAsync(PowerOrder order, CancellationToken cancel = default) =>
        PostAsync<PowerOrder, PowerOperation>(ApiPaths.Power, order, cancel);

    /// <summary>Starts an operation on one machine.</summary>
    public Task<PowerOperation> PowerAsync(string machine, PowerRequest request, CancellationToken cancel = default) =>
        PostAsync<PowerRequest, PowerOperation>(One(ApiPaths.Machines, machine) + "/power", request, cancel);

    public Task<IReadOnlyList<PowerOperation>> GetOperationsAsync(CancellationToken cancel = default) =>
        ListAsync<PowerOperation>(ApiPaths.Operations, cancel);

    public async Task<PowerOperation> GetOperationAsync(string id, CancellationToken cancel = default) =>
        (await GetAsync<PowerOperation>(One(ApiPaths.Operations, id), cancel).ConfigureAwait(false)).Value;

    /// <summary>Every step of every machine, from the start of the operation to its end.</summary>
    public IAsyncEnumerable<PowerProgress> FollowAsync(string operation, CancellationToken cancel = default) =>
        StreamAsync<PowerProgress>(HttpMethod.Get, One(ApiPaths.Operations, operation) + "/progress", null, cancel);

    /// <summary>A report of a machine's BMC: <c>info</c>, <c>sensors</c>, <c>log</c>, <c>parts</c>, <c>media</c> or
    /// <c>firmware</c>.</summary>
    public Task<IReadOnlyList<T>> GetBmcAsync<T>(string machine, string what, CancellationToken cancel = default) =>
        ListAsync<T>($"{One(ApiPaths.Machines, machine)}/bmc/{what}", cancel);

    /// <summary>Has the BMC fetch firmware from <paramref name="image"/> and install it.</summary>
    public Task<PowerOperation> PullFirmwareAsync(string machine, Uri image, CancellationToken cancel = default) =>
        PostAsync<BmcImage, PowerOperation>($"{One(ApiPaths.Machines, machine)}/bmc/firmware", new BmcImage(image.OriginalString), cancel);

    /// <summary>Has the BMC install <paramref name="content"/>; the stream is uploaded while it is read.</summary>
    public async Task<PowerOperation> PushFirmwareAsync(string machine, string file, Stream content, CancellationToken cancel = default)
    {
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var path = $"{One(ApiPaths.Machines, machine)}/bmc/firmware?file={Uri.EscapeDataString(file)}";
        return (await PutAsync<PowerOperation>(path, body, null, false, cancel).ConfigureAwait(false)).Value;
    }

    public async Task<BmcBoot> GetBmcBootAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<BmcBoot>(One(ApiPaths.Machines, machine) + "/bmc/boot", cancel).ConfigureAwait(false)).Value;

    /// <summary>Sets the boot source for the machine's next start.</summary>
    /// <returns>The setting read back from the BMC.</returns>
    public async Task<BmcBoot> PutBmcBootAsync(string machine, BootTarget target, CancellationToken cancel = default) =>
        (await PutAsync<BmcBoot>(One(ApiPaths.Machines, machine) + "/bmc/boot",
            JsonContent.Create(new BmcBoot(target, null), options: Document.Json), null, false, cancel).ConfigureAwait(false)).Value;

    public Task DeleteBmcLogAsync(string machine, CancellationToken cancel = default) =>
        DeleteAsync(One(ApiPaths.Machines, machine) + "/bmc/log", cancel);

    public async Task PutBmcMediaAsync(string machine, string image, CancellationToken cancel = default) =>
        await PutAsync<ItemList<BmcMediaSlot>>(One(ApiPaths.Machines, machine) + "/bmc/media",
            JsonContent.Create(new BmcImage(image), options: Document.Json), null, false, cancel).ConfigureAwait(false);

    public Task DeleteBmcMediaAsync(string machine, CancellationToken cancel = default) =>
        DeleteAsync(One(ApiPaths.Machines, machine) + "/bmc/media", cancel);

    /// <summary>Finds the BMCs in a network.</summary>
    public IAsyncEnumerable<BmcProbeStep> ProbeAsync(string network, CancellationToken cancel = default) =>
        StreamAsync<BmcProbeStep>(
            HttpMethod.Post, ApiPaths.Bmcs + "/probe", JsonContent.Create(new BmcProbeOrder(network), options: Document.Json), cancel);

    /// <summary>Sets a new password on every BMC that uses a credential.</summary>
    public IAsyncEnumerable<PowerProgress> RotateAsync(string credential, string? password, CancellationToken cancel = default) =>
        StreamAsync<PowerProgress>(HttpMethod.Post, One(ApiPaths.Credentials, credential) + "/rotate",
            JsonContent.Create(new CredentialChange { Password = password }, options: Document.Json), cancel);

    /// <summary>The status of the machine's console; fails if it has none.</summary>
    public async Task<ConsoleStatus> GetConsoleAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<ConsoleStatus>(One(ApiPaths.Machines, machine) + "/console", cancel).ConfigureAwait(false)).Value;

    /// <summary>Opens the machine's console.</summary>
    /// <param name="watch">Read only.</param>
    public async Task<ConsoleConnection> OpenConsoleAsync(string machine, bool watch, CancellationToken cancel = default)
    {
        // A refused WebSocket upgrade carries no reason.
        await GetConsoleAsync(machine, cancel).ConfigureAwait(false);
        var socket = new ClientWebSocket();
        try
        {
            var path = $"{One(ApiPaths.Machines, machine)}/console{(watch ? "?watch=true" : "")}";
            await socket.ConnectAsync(new UriBuilder(new Uri(_http.BaseAddress!, path))
            {
                Scheme = _http.BaseAddress!.Scheme == Uri.UriSchemeHttps ? "wss" : "ws",
            }.Uri, _http, cancel).ConfigureAwait(false);
            return new ConsoleConnection(socket);
        }
        catch (WebSocketException e)
        {
            socket.Dispose();
            throw new IOException($"cannot open the console: {e.Message}", e);
        }
    }

    /// <summary>The log of the machine's console, unchanged.</summary>
    /// <param name="tail">Only the last lines.</param>
    /// <param name="follow">Then all new output, until cancelled or the daemon stops.</param>
    public async Task<Stream> GetConsoleLogAsync(string machine, int? tail = null, bool follow = false, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get,
            $"{One(ApiPaths.Machines, machine)}/console/log?follow={(follow ? "true" : "false")}{(tail is null ? "" : $"&tail={tail}")}");
        return await (await SendAsync(request, cancel).ConfigureAwait(false)).Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
    }
}
