using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Firmware: what is there, and updates, fetched by the BMC or sent to it.</summary>
public sealed class RedfishFirmware
{
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(15);

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;
    private readonly RedfishTasks _tasks;

    internal RedfishFirmware(RedfishConnection connection, RedfishPlaces places, RedfishTasks tasks) =>
        (_connection, _places, _tasks) = (connection, places, tasks);

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishFirmwareItem>> ReadAsync(CancellationToken cancellation = default)
    {
        var service = await _places.ServiceAsync("UpdateService", cancellation).ConfigureAwait(false);
        var items = await _places.Collection.ReadAsync(service?.Body.Link("FirmwareInventory"), cancellation).ConfigureAwait(false);
        return [.. items.Select(i => new RedfishFirmwareItem(
            i.Path, i.Id, i.Body.Text("Name"), i.Body.Text("Version"), i.Body.Flag("Updateable"), i.Body.Text("SoftwareId"),
            Health.Of(i.Body)))];
    }

    /// <summary>The BMC fetches a file and installs it.</summary>
    /// <param name="image">A URL that the BMC can reach.</param>
    /// <param name="targets">Paths of firmware items; none lets the BMC find out what the file is for.</param>
    /// <param name="limit">For the whole update; null is 30 minutes.</param>
    /// <returns>How the task ended. <c>Scheduled</c>: it waits for the machine's restart.</returns>
    /// <exception cref="RedfishException">Not offered, refused, failed, or not ended in time.</exception>
    public async Task<RedfishTaskProgress> PullAsync(
        Uri image, IReadOnlyList<string>? targets = null, IProgress<RedfishTaskProgress>? progress = null, TimeSpan? limit = null,
        CancellationToken cancellation = default)
    {
        var service = await ServiceAsync(cancellation).ConfigureAwait(false);
        var action = RedfishAction.Find(service.Body, "#UpdateService.SimpleUpdate")
            ?? throw _connection.Error(RedfishFailure.NotSupported, "the BMC cannot fetch firmware from a URL; give the file instead");
        var protocol = image.Scheme.ToUpperInvariant();
        var allowed = await action.AllowedAsync(_connection, "TransferProtocol", cancellation).ConfigureAwait(false);
        if (allowed.Count > 0 && !allowed.Contains(protocol))
            throw _connection.Error(
                RedfishFailure.NotSupported, $"the BMC does not fetch firmware over {protocol}, only over {string.Join(", ", allowed)}");
        var body = new JsonObject { ["ImageURI"] = image.AbsoluteUri };
        if (allowed.Count > 0)
            body["TransferProtocol"] = protocol;
        if (targets is { Count: > 0 })
            body["Targets"] = Texts(targets);
        var answer = await _connection.ActAsync(action.Target!, body, cancellation).ConfigureAwait(false);
        return await _tasks.FollowAsync(answer, "the firmware update", limit ?? UsualLimit, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a file to the BMC, which installs it: as multipart where that is offered (DSP0266, "Multipart HTTP push updates"), else as
    /// plain bytes. </summary>
    /// <param name="open">Opens the file; called again if the service is busy at first.</param>
    /// <inheritdoc cref="PullAsync"/>
    public async Task<RedfishTaskProgress> PushAsync(
        Func<Stream> open, string fileName, IReadOnlyList<string>? targets = null, IProgress<RedfishTaskProgress>? progress = null,
        TimeSpan? limit = null,
        CancellationToken cancellation = default)
    {
        var service = await ServiceAsync(cancellation).ConfigureAwait(false);
        var multipart = service.Body.Text("MultipartHttpPushUri");
        var path = multipart ?? (_connection.Quirks.HttpPushIsItsOwn ? null : service.Body.Text("HttpPushUri"))
            ?? throw _connection.Error(
                RedfishFailure.NotSupported, "the BMC does not accept firmware uploads; put the file on a web server and give its URL");
        var request = new RedfishRequest(HttpMethod.Post, path)
        {
            Content = () => multipart is null ? Bytes(open()) : Multipart(open(), fileName, targets ?? []),
            Timeout = UploadLimit,
        };
        var answer = _connection.Accept(await _connection.SendAsync(request, cancellation).ConfigureAwait(false), HttpMethod.Post, path);
        return await _tasks.FollowAsync(answer, "the firmware update", limit ?? UsualLimit, progress, cancellation).ConfigureAwait(false);
    }

    private static StreamContent Bytes(Stream file)
    {
        var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private static MultipartFormDataContent Multipart(Stream file, string fileName, IReadOnlyList<string> targets)
    {
        var parameters = new JsonObject { ["Targets"] = Texts(targets) };
        return new MultipartFormDataContent
        {
            { new StringContent(parameters.ToJsonString(), Encoding.UTF8, "application/json"), "\"UpdateParameters\"" },
            { Bytes(file), "\"UpdateFile\"", $"\"{fileName.Replace("\"", "", StringComparison.Ordinal)}\"" },
        };
    }

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private async Task<RedfishMember> ServiceAsync(CancellationToken cancellation) =>
        await _places.ServiceAsync("UpdateService", cancellation).ConfigureAwait(false)
        ?? throw _connection.Error(RedfishFailure.NotSupported, "the BMC has no update service; use its web page");
}
