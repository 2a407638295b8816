using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Management;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The management plane of a whole appliance, with every part that it has; nothing listens on a boot network.</summary>
internal sealed class ServedAppliance : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rb-all-").FullName;
    private readonly Appliance _appliance;
    private readonly WebApplication _server;
    private readonly HttpClient _http;

    private ServedAppliance()
    {
        var yaml = $$"""
            data: {{_directory}}
            boot: { interfaces: [lo], ipxe: {{_directory}} }
            management: { socket: {{Socket}} }
            subnets: [{ subnet: 10.20.0.0/24 }]
            """;
        Assert.True(ConfigurationFile.TryParse("rackboot.yaml", yaml, out var configuration, out var errors), string.Join('\n', errors));
        _appliance = new Appliance(configuration, NullLoggerFactory.Instance, TimeProvider.System);
        _server = ManagementServer.Build(Socket, _appliance.Parts, NullLoggerFactory.Instance);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://rackboot") };
    }

    public string Socket => Path.Combine(_directory, "api.sock");

    public static async Task<ServedAppliance> StartAsync()
    {
        var appliance = new ServedAppliance();
        await appliance._server.StartAsync();
        return appliance;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _appliance.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
