using System.Net;
using System.Net.Sockets;
using Rackboot.Core.Diagnosis;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Management.Https;
using Rackboot.Daemon.Power;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Management;

/// <summary>The management plane: the REST API with the endpoints of every part, on a Unix socket for its owner and group, and over HTTPS
/// for callers that log in. Its own endpoints combine the knowledge of several parts about a machine.</summary>
internal sealed class ManagementPart : IPart
{
    // A client that follows events never ends on its own.
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    private readonly string _socket;
    private readonly IReadOnlyList<IPart> _parts;
    private readonly ILoggerFactory _logs;
    private readonly MachineApi _machineApi;
    private readonly ApplyApi _applyApi;
    private readonly DeleteApi _deleteApi;
    private readonly LabelApi _labelApi;
    private readonly StatusApi _statusApi;
    private readonly HttpsSettings? _https;
    private readonly HttpsListener? _listener;
    private readonly Door _door;
    private readonly HealthApi _healthApi;
    private readonly IPEndPoint? _metrics;
    private readonly WebServer _web = new(StopWithin);
    private readonly WebServer _metricsWeb = new(StopWithin);

    /// <param name="parts">All parts of the appliance; the later ones are added before this one runs.</param>
    public ManagementPart(
        RackbootConfiguration configuration, StorePart store, AuditPart audit, AuthenticationPart authentication, MachinesPart machines,
        BootsPart boots, BootPlanePart bootPlane,
        CloudsPart clouds, PowerPart power, IReadOnlyList<IPart> parts, Uptime uptime, TimeProvider time,
        ILoggerFactory logs)
    {
        (_socket, _https, _parts, _logs) = (configuration.Socket, configuration.Https, parts, logs);
        if (_https is { } https)
            _listener = new HttpsListener(
                new ServedCertificate(https, store.Store, store.Events, time), authentication.ClientCertificates, https.Listen);
        _door = new Door(authentication.Authenticator, audit.Log, machines.Inventory, store.Events, time);
        var inquiry = new Inquiry(machines.Inventory, boots.Desk, boots.Log, boots.Addresses, boots.Networks, boots.Sightings,
            power.Desk, boots.Clock, time) { Placement = clouds.Book.Of };
        _machineApi = new MachineApi(machines.Inventory, boots, power.Desk, new ExplainApi(inquiry, boots));
        _applyApi = new ApplyApi(machines.Inventory, boots.Networks, boots.Desk, _machineApi.Write);
        (_deleteApi, _labelApi) = (new DeleteApi(machines.Inventory), new LabelApi(machines.Inventory));
        (_metrics, _healthApi) = (configuration.Metrics, new HealthApi(parts));
        _statusApi = new StatusApi(uptime, bootPlane.Counters, boots.Own, parts);
        GarbagePauses.Watch();
    }

    public Task Ready => _metrics is null ? _web.Ready : Task.WhenAll(_web.Ready, _metricsWeb.Ready);

    public IReadOnlyList<string> Problems => _listener?.Certificate.Problem is { } problem ? [problem] : [];

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _machineApi.Map(api);
        _applyApi.Map(api);
        _deleteApi.Map(api);
        _labelApi.Map(api);
        _statusApi.Map(api);
        _healthApi.Map(api);
        new CertificateApi(_listener?.Certificate).Map(api);
    }

    public void Measure(MetricsText text) => _statusApi.Measure(text);

    public async Task RunAsync(CancellationToken cancel)
    {
        var server = await BuildAsync();
        await Together.RunAsync(
            cancel, stop => _web.RunAsync(server, stop, StartAsync), stop => _listener?.Certificate.RunAsync(stop) ?? Task.CompletedTask,
            stop => _metrics is null ? Task.CompletedTask
                : _metricsWeb.RunAsync(MetricsServer.Build(_metrics, _statusApi, _healthApi), stop));
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) =>
        [.. changed.Socket == _socket ? Array.Empty<string>() : ["management.socket"],
            .. changed.Https == _https ? Array.Empty<string>() : ["management.https"],
            .. Equals(changed.Metrics, _metrics) ? Array.Empty<string>() : ["management.metrics"]];

    /// <summary>The server; the caller starts it.</summary>
    internal async Task<WebApplication> BuildAsync()
    {
        if (_listener is not null)
            await _listener.Certificate.LoadAsync();
        return ManagementServer.Build(_socket, _listener, _door, _parts, _logs);
    }

    public ValueTask DisposeAsync()
    {
        if (_web.Ready.IsCompletedSuccessfully)
            File.Delete(_socket);
        return ValueTask.CompletedTask;
    }

    private async Task StartAsync(WebApplication server)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_socket)!);
        if (File.Exists(_socket))
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await probe.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
                throw new IOException($"another rackbootd serves {_socket}; stop it first, or give this one another management.socket");
            }
            catch (SocketException)
            {
                File.Delete(_socket);
            }
        }

        await server.StartAsync();
    }
}
