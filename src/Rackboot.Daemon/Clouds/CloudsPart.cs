using Rackboot.Cloud;
using Rackboot.Core.Clouds;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Clouds;

/// <summary>Servers at providers: accounts, purchases, creation and release of servers. The boot path never waits for
/// it.</summary>
internal sealed class CloudsPart : IPart
{
    private readonly CloudLines _lines;
    private readonly Core.Machines.Inventory _inventory;
    private readonly TimeProvider _time;
    private readonly ProviderApi _providerApi;
    private readonly CloudApi _cloudApi;
    private readonly HandoutSettings? _handout;
    private readonly ConfigurationTokens? _tokens;
    private readonly WebServer _web = new(TimeSpan.FromSeconds(5));

    public CloudsPart(
        RackbootConfiguration configuration, StorePart store, MachinesPart machines, BootsPart boots, TimeProvider time)
    {
        (_inventory, _time) = (machines.Inventory, time);
        Book = new CloudBook(store.Store, store.Events, time);
        _lines = new CloudLines(machines.Credentials, store.Events, time, new SshShell(Path.Combine(configuration.Data, "rescue")));
        var catalogue = new CloudCatalogue(_lines, time);
        if ((_handout = configuration.Handout) is { } handout)
            _tokens = new ConfigurationTokens(Book, machines.Inventory, store.Events, time, handout.Url,
                HandoutKey.Read(configuration.Data));
        Reconciler = new CloudReconciler(
            Book, _lines, catalogue, machines.Inventory, store.Events, time, new TalosServers(time), _tokens);
        boots.Addresses.Elsewhere = AddressOf;
        Book.ProvidersChanged += Reconciler.Wake;
        machines.Inventory.Gone += (gone, _) => Reconciler.Left(gone);
        machines.Inventory.CredentialUser = name => Book.UserOf(name) is { } provider ? $"provider {provider}" : null;
        _providerApi = new ProviderApi(Book, _lines, machines.Credentials);
        _cloudApi = new CloudApi(Book, _lines, catalogue, Reconciler, machines.Inventory);
    }

    public CloudBook Book { get; }

    public CloudReconciler Reconciler { get; }

    /// <summary>The machine's address according to its provider; null if it has no provider or no server yet.</summary>
    public System.Net.IPAddress? AddressOf(Core.Machines.MachineId machine) =>
        Book.Of(machine) is { Stage: PlacementStage.Building or PlacementStage.Running, Addresses: [var first, ..] } ? first : null;

    /// <summary>Powers a machine on or off through its provider's API.</summary>
    public IPowerController Connect(BmcContact contact) => new CloudPower(contact.Machine, Book, _lines, Reconciler, _inventory, _time);

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _providerApi.Map(api);
        _cloudApi.Map(api);
    }

    public void Measure(MetricsText text)
    {
        text.Metric("rackboot_cloud_machines", "gauge", "Machines at providers by their stage.");
        foreach (var (key, count) in Book.Placements.CountBy(p => (p.Place.Provider, p.Stage)))
            text.Sample("rackboot_cloud_machines", count, ("provider", key.Provider), ("stage", key.Stage.ToString().ToLowerInvariant()));
        text.Metric("rackboot_cloud_hourly", "gauge", "Hourly cost of the machines at a provider.");
        foreach (var costs in Book.Placements.Where(p => p is { MayCost: true, Hourly: not null }).GroupBy(p =>
            (p.Place.Provider, p.Hourly!.Value.Currency)))
            text.Sample("rackboot_cloud_hourly", (double)costs.Sum(p => p.Hourly!.Value.Amount), ("provider", costs.Key.Provider),
                ("currency", costs.Key.Currency));
        text.Metric("rackboot_cloud_orphans", "gauge", "Servers that this appliance bought and that belong to no machine.");
        foreach (var (provider, count) in Reconciler.Orphans.CountBy(o => o.Provider))
            text.Sample("rackboot_cloud_orphans", count, ("provider", provider));
    }

    public Task Ready => _handout is null ? Task.CompletedTask : _web.Ready;

    public Task RunAsync(CancellationToken cancel) => _handout is { } handout
        ? Together.RunAsync(cancel, [Reconciler.RunAsync, stop => HandOutAsync(handout, stop)])
        : Reconciler.RunAsync(cancel);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) => changed.Handout == _handout ? [] : ["clouds.handout"];

    private Task HandOutAsync(HandoutSettings handout, CancellationToken cancel) => _web.RunAsync(
        HandoutServer.Build(handout.Listen, new HandoutCertificate(handout.Certificate, handout.Key), _tokens!.TakeAsync, _time), cancel);

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
