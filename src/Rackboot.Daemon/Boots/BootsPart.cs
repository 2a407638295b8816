using Rackboot.Core.Boot;
using Rackboot.Core.Diagnosis;
using Rackboot.Core.Events;
using Rackboot.Core.Network;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Boots;

/// <summary>Boot decisions and the progress of each boot. The boot plane asks it, and only translates its answers.</summary>
internal sealed class BootsPart : IPart
{
    private static readonly TimeSpan InterruptedWithin = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LookForStalledEvery = TimeSpan.FromSeconds(5);

    private readonly RackbootConfiguration _started;
    private readonly MachinesPart _machines;
    private readonly NeighbourTable _neighbours = new();
    private BootSettings _settings;

    /// <param name="neighbours">The neighbour table of the links; null: the kernel's.</param>
    public BootsPart(RackbootConfiguration configuration, StorePart store, AssetsPart assets, MachinesPart machines, TimeProvider time,
        INeighbours? neighbours = null)
    {
        (_started, _machines, _settings) = (configuration, machines, Settings(configuration));
        Log = new BootLog(store.Store, store.Events, time, configuration.History);
        Sightings = new Sightings(time);
        Addresses = new AddressBook(time);
        store.StoredAgain += Log.StoreAgain;
        Log.Retire(id => machines.Inventory.Fleet[id] is not null);
        machines.Inventory.Evicted += Log.Forget;
        machines.Inventory.Gone += Log.Inherit;
        machines.Inventory.Gone += Addresses.Inherit;
        Addresses.Owner = machines.Inventory.OwnerOf;
        Addresses.Cards = machines.Inventory.CardsOf;
        Own = new BootAddresses(configuration.Interfaces, store.Events, time);
        Networks = new ServedNetworks { Interfaces = [], Subnets = configuration.Subnets };
        FollowNetworks();
        Own.Changed += FollowNetworks; // before the servers follow
        Trust = new TrustDesk(machines.Inventory, Addresses, Networks, neighbours ?? _neighbours);
        var refusals = new ScriptRefusals(store.Events, time) { Sightings = Sightings };
        TrustApi = new TrustApi(machines.Inventory, refusals);
        Configs = new ConfigDelivery(machines.Inventory, Log, Addresses, Trust, store.Events, time,
            () => _settings.ConfigGrace) { Sightings = Sightings };
        Desk = new BootDesk(machines.Inventory, assets.Assets, Log, Configs, Trust, refusals) { Settings = _settings,
            Pulls = assets.Pulls };
        Clock = new ClockWatch(store.Events, Log, time, BuildDate.Of(typeof(BootsPart).Assembly));
        Limit(configuration);
        RememberProvisioned();
        Log.RemarkAll("rackboot", Level.Warning, FactKind.DaemonRestarted, boot => Interrupted(boot, time.GetUtcNow()));
    }

    public BootLog Log { get; }

    public AddressBook Addresses { get; }

    /// <summary>Requests without an answer.</summary>
    public Sightings Sightings { get; }

    public ClockWatch Clock { get; }

    /// <summary>The appliance's addresses on the boot network.</summary>
    public BootAddresses Own { get; }

    public ServedNetworks Networks { get; }

    public IReadOnlyList<string> Problems => [.. Own.Problems, .. Clock.Problem is { } clock ? new[] { clock } : []];

    /// <summary>The boot plane at the primary address.</summary>
    public string Server => _settings.Server(Own.Primary.ToString());

    /// <summary>The URL that the machine's firmware fetches for HTTP boot, at the address on its network; null: no program fits.</summary>
    public Uri? HttpBootUrl(Core.Machines.Machine machine)
    {
        var near = machine.Spec?.Address is { } own ? Own.Served.FirstOrDefault(a => a.Network.Contains(own)) : null;
        return Desk.HttpBootAsset(machine) is { } asset
            ? new Uri($"{_settings.Server((near?.Address ?? Own.Primary).ToString())}/assets/{asset}")
            : null;
    }

    public TrustDesk Trust { get; }

    public TrustApi TrustApi { get; }

    public ConfigDelivery Configs { get; }

    public BootDesk Desk { get; }

    public void MapManagement(IEndpointRouteBuilder api)
    {
        new BootApi(Log).Map(api);
        TrustApi.Map(api);
    }

    public void Measure(MetricsText text)
    {
        var outcomes = _machines.Inventory.Fleet.Machines.Select(m => Log.Current(m.Id)).OfType<BootRecord>().CountBy(b => b.Outcome)
            .ToDictionary();
        text.Metric("rackboot_boots", "gauge", "Machines by the outcome of their last boot.");
        foreach (var outcome in Enum.GetValues<BootOutcome>())
            text.Sample("rackboot_boots", outcomes.GetValueOrDefault(outcome), ("outcome", outcome.ToString().ToLowerInvariant()));
        TrustApi.Measure(text);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LookForStalledEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                Clock.Look();
                Log.MarkStalled();
                Log.StoreRemarks();
                Log.Prune();
                _machines.Inventory.Provisioning.Sweep(id => _machines.Inventory.Fleet[id]?.Name);
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }

        Log.StoreRemarks();
    }

    /// <remarks>Scripts keep naming the ports in use, which change only at a restart.</remarks>
    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        Networks.Subnets = changed.Subnets;
        Log.History = changed.History;
        Limit(changed);
        Desk.Settings =
            _settings = Settings(changed with { HttpPort = _started.HttpPort, LogPort = _started.LogPort, EventPort = _started.EventPort });
        return [];
    }

    public ValueTask DisposeAsync()
    {
        Own.Dispose();
        _neighbours.Dispose();
        return ValueTask.CompletedTask;
    }

    private void FollowNetworks()
    {
        Networks.Own = [.. Own.Served.Select(a => a.Address)];
        Networks.Interfaces = [.. Own.Served.Select(a => (a.Device, a.Network))];
    }

    private void Limit(RackbootConfiguration configuration) =>
        (_machines.Inventory.Provisioning.Limit, _machines.Inventory.Provisioning.Grace) = (
            configuration.ArmFor, configuration.ConfigGrace);

    // The machine's actions while no daemon ran are unknown.
    private static string? Interrupted(BootRecord boot, DateTimeOffset now)
    {
        if ((now - boot.Updated).Duration() > InterruptedWithin)
            return null;
        var under = boot.Files.LastOrDefault(f => !f.Value.IsWhole);
        return $"rackbootd restarted; it did not see what the machine did since {boot.Updated:HH:mm:ss}"
            + (under.Value is { } file ? $", and the transfer of {under.Key} broke off at {file.Acknowledged:N0} of "
                + $"{file.Bytes:N0} bytes" : "");
    }

    // A store of an earlier version does not record provisioned machines; its boots do.
    private void RememberProvisioned()
    {
        foreach (var machine in _machines.Inventory.Fleet.Machines.Where(m => m.Accepted))
            if (Log.LastDelivery(machine.Id) is { } delivered)
                _machines.Inventory.Provisioning.Remember(machine.Id, delivered);
    }

    private static BootSettings Settings(RackbootConfiguration configuration) => new(
        configuration.Machines, configuration.Poll, configuration.ConfigGrace, configuration.HttpPort,
        configuration.LogPort == 0 ? null : configuration.LogPort, configuration.EventPort == 0 ? null : configuration.EventPort);
}
