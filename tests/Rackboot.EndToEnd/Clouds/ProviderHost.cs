using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Clouds;

/// <summary>A simulated provider that a real daemon reaches over HTTP, on a loopback port of the rack's network.</summary>
internal sealed class ProviderHost : IAsyncDisposable
{
    private readonly HttpMessageInvoker _door;
    private readonly int _port;
    private NamespaceSite? _site;

    private ProviderHost(SimulatedCloud cloud, int port) =>
        (Cloud, _port, _door) = (cloud, port, new HttpMessageInvoker(cloud, disposeHandler: false));

    public SimulatedCloud Cloud { get; }

    /// <summary>Set, an order waits at the provider's door until it is opened; it is carried out then, whoever still waits for the
    /// answer.</summary>
    public TaskCompletionSource? Door { get; set; }

    /// <summary>Set, the answer to an order that was carried out is held back.</summary>
    public TaskCompletionSource? Answers { get; set; }

    /// <summary>An order came.</summary>
    public TaskCompletionSource Ordered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>An order was carried out.</summary>
    public TaskCompletionSource Made { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<ProviderHost> StartAsync(NetworkNamespace network, SimulatedCloud cloud, int port)
    {
        // What a provider takes minutes for is done at once; clocks are real.
        (cloud.Time, cloud.BuildTime) = (TimeProvider.System, TimeSpan.Zero);
        var host = new ProviderHost(cloud, port);
        host._site = await NamespaceSite.StartAsync(network, new IPEndPoint(IPAddress.Loopback, port), host.AnswerAsync);
        return host;
    }

    /// <summary>The documents that bring the account here.</summary>
    /// <param name="factory">Where Talos comes from; null is here, too, where the appliance itself fetches an image.</param>
    public string Documents(string? factory = null)
    {
        var address = $"http://127.0.0.1:{_port}";
        var image = Cloud.Image is { } own ? $"image: '{own}'" : $"factory: '{factory ?? address}'";
        return $$"""
            apiVersion: v1alpha1
            kind: Credential
            name: {{Cloud.Provider}}-token
            username: {{Cloud.User}}
            password: {{Cloud.Secret}}
            ---
            apiVersion: v1alpha1
            kind: Provider
            name: {{Cloud.Provider}}
            provider: {{Cloud.Provider}}
            credential: {{Cloud.Provider}}-token
            limits: { machines: 3 }
            settings: { {{string.Join(", ", Cloud.SettingsAt(address).Select(s => $"{s.Key}: '{s.Value}'"))}} }
            boot: { {{image}} }

            """;
    }

    /// <summary>The document of a machine there.</summary>
    public string Machine(string name) =>
        $$"""
        ---
        apiVersion: v1alpha1
        kind: Machine
        name: {{name}}
        profile: default
        place: { provider: {{Cloud.Provider}}, plan: '{{Cloud.Plan}}', location: '{{Cloud.Location}}' }

        """;

    public ValueTask DisposeAsync()
    {
        _door.Dispose();
        return _site?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.GetEncodedUrl());
        if (body.Length > 0)
            request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, values) in http.Request.Headers)
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        var order = Cloud.IsCreate(new SimulatedRequest(request.Method, request.RequestUri!, Cloud.Split(request.RequestUri!),
            new Dictionary<string, string>(), System.Text.Encoding.UTF8.GetString(body.ToArray()), request));
        if (order)
        {
            Ordered.TrySetResult();
            await (Door?.Task ?? Task.CompletedTask);
        }

        using var answer = await _door.SendAsync(request, CancellationToken.None);
        if (order)
        {
            Made.TrySetResult();
            await (Answers?.Task ?? Task.CompletedTask);
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers)
            http.Response.Headers[name] = values.ToArray();
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        // An upload to Linode needs the length of the image before it begins.
        http.Response.ContentLength = answer.StatusCode == HttpStatusCode.NoContent ? null : answer.Content.Headers.ContentLength;
        if (!http.RequestAborted.IsCancellationRequested && answer.StatusCode != HttpStatusCode.NoContent)
            await answer.Content.CopyToAsync(http.Response.Body);
    }
}
