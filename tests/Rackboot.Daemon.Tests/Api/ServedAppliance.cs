using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Management;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The management plane of a whole appliance, with every part that it has, on its socket and over HTTPS; nothing listens on a
/// boot network.</summary>
internal sealed class ServedAppliance : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-all-").FullName;
    private readonly Appliance _appliance;
    private readonly HttpClient _http;
    private WebApplication _server = null!;

    private ServedAppliance(string more, TimeProvider time, Func<RackbootConfiguration, RackbootConfiguration>? change)
    {
        var yaml = $$"""
            data: {{_directory}}
            boot: { interfaces: [lo], ipxe: {{_directory}} }
            management: { socket: {{Socket}} }
            subnets: [{ subnet: 10.20.0.0/24 }]
            {{more}}
            """;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors), string.Join('\n', errors));
        configuration = configuration with { Https = new HttpsSettings(new IPEndPoint(IPAddress.Loopback, 0)) };
        _appliance = new Appliance(change?.Invoke(configuration) ?? configuration, NullLoggerFactory.Instance, time);
        _http = ApiSocket.Open(Socket);
    }

    public string Socket => Path.Combine(_directory, "api.sock");

    /// <summary>Of the certificate that the API said it shows.</summary>
    public string? Fingerprint { get; private set; }

    /// <summary>Where it listens on the network.</summary>
    public Uri Address => new(_server.Urls.Single(u => u.StartsWith("https", StringComparison.Ordinal)));

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. _server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public Inventory Inventory => Part<MachinesPart>().Inventory;

    public AuditLog Audit => Part<AuditPart>().Log;

    public TokenBook Tokens => Part<AuthenticationPart>().Tokens;

    public StorePart Store => Part<StorePart>();

    public static async Task<ServedAppliance> StartAsync(
        string more = "", TimeProvider? time = null, Func<RackbootConfiguration, RackbootConfiguration>? change = null)
    {
        var appliance = new ServedAppliance(more, time ?? TimeProvider.System, change);
        appliance._server = await appliance.Part<ManagementPart>().BuildAsync();
        await appliance._server.StartAsync();
        using var answer = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Certificate);
        if (answer.IsSuccessStatusCode)
            appliance.Fingerprint = (await answer.Content.ReadFromJsonAsync<ServerCertificate>(Document.Json))!.Fingerprint;
        return appliance;
    }

    public TPart Part<TPart>() => _appliance.Parts.OfType<TPart>().Single();

    public IReadOnlyList<string> Problems => _appliance.Problems;

    /// <summary>Sends a request over the socket.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    /// <summary>A new token.</summary>
    public async Task<string> TokenAsync(
        AccessRole role, bool secrets = false, string? scope = null, string? name = null, TimeSpan? lifetime = null)
    {
        var labels = scope is not null && LabelSelector.TryParse(scope, out var selector, out _) ? selector : null;
        var (created, refusal) = await Tokens.CreateAsync(
            name ?? $"t{Guid.NewGuid():n}", new Rights(role, secrets, labels), lifetime ?? TimeSpan.FromHours(1), "a test");
        Assert.Null(refusal);
        return created!.Token;
    }

    /// <summary>A client on the network.</summary>
    /// <param name="token">What it shows; null for nothing.</param>
    /// <param name="certificates">What it shows in the handshake.</param>
    public HttpClient Network(string? token = null, params X509Certificate2[] certificates)
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                    shown is X509Certificate2 certificate && Contracts.Fingerprint.Of(certificate) == Fingerprint,
                ClientCertificates = [.. certificates],
            },
        }) { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _appliance.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
