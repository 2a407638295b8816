using Rackboot.Core;
using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Drivers;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Power.Operations;
using Rackboot.Core.Power.Polling;
using Rackboot.Core.Power.Reports;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Assets;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Clouds;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Power;

/// <summary>BMCs: power control, readings of state and sensors, other reports. The boot path never waits for
/// it.</summary>
internal sealed class PowerPart : IPart
{
    private readonly PowerOperations _operations;
    private readonly Inventory _inventory;
    private readonly FirmwareApi _firmwareApi;
    private readonly PowerPoller _states;
    private readonly PowerPoller _sensorReadings;
    private readonly CardWitness _witness;
    private readonly PowerApi _powerApi;
    private readonly MediaServer _media;
    private readonly BmcApi _bmcApi;
    private readonly TimeProvider _time;

    /// <param name="connect">Connects to a BMC; null: according to its document.</param>
    public PowerPart(
        RackbootConfiguration configuration, StorePart store, AssetsPart assets, MachinesPart machines, BootsPart boots, CloudsPart clouds,
        TimeProvider time,
        Func<BmcContact, IPowerController>? connect = null)
    {
        _time = time;
        var (inventory, credentials, events) = (machines.Inventory, machines.Credentials, store.Events);
        Drivers = new PowerDrivers(time);
        Desk = new PowerDesk(inventory, credentials, store.Store, events, Connect, time)
        {
            Settings = configuration.Power,
        };
        Desk.HttpBoot = boots.HttpBootUrl;
        var files = new FirmwareFiles(Path.Combine(configuration.Data, "firmware"))
        {
            Address = (id, name) => FirmwareApi.Address(boots.Server, id, name),
        };
        _inventory = inventory;
        _operations = new PowerOperations(
            Desk, new PowerActions(Desk, events, boots.Log, inventory.Provisioning, files), store.Store, time);
        _operations.Ended += operation =>
        {
            if (operation.Request.Firmware?.File is { } file)
                files.Remove(file);
        };
        _firmwareApi = new FirmwareApi(inventory, _operations, files);
        IPowerController Connect(BmcContact contact) =>
            contact.Spec.Driver == Core.Power.Bmc.BmcDriver.Cloud ? clouds.Connect(contact) : (connect ?? Drivers.Connect)(contact);

        _witness = new CardWitness(inventory, Desk, time);
        Sensors = new SensorWatch(Desk, events);
        inventory.Gone += (gone, _) => Sensors.Forget(gone);
        _states = new PowerPoller(Desk, settings => settings.Interval, Desk.PollAsync, time);
        _sensorReadings = new PowerPoller(Desk, settings => settings.Sensors, Sensors.PollAsync, time);
        _media = new MediaServer(assets.Assets, boots.Own, configuration.HttpPort);
        _powerApi = new PowerApi(inventory, Desk, _operations);
        _bmcApi = new BmcApi(inventory, Desk, new BmcProbe(time), new CredentialRotation(Desk, credentials, inventory, events),
            assets.Assets, _media);
    }

    public PowerDrivers Drivers { get; }

    public PowerDesk Desk { get; }

    public SensorWatch Sensors { get; }

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _powerApi.Map(api);
        _bmcApi.Map(api);
        _firmwareApi.MapManagement(api);
    }

    public void MapBootPlane(IEndpointRouteBuilder boot) => _firmwareApi.MapBootPlane(boot);

    public void Measure(MetricsText text)
    {
        var machines = Desk.Machines.Select(m => (Machine: m, m.Name, Reading: Desk.Known(m)!)).ToList();
        var now = _time.GetUtcNow();
        text.Metric("rackboot_machine_power_on", "gauge", "1: the machine is on, 0: off; absent without a reading.");
        foreach (var (_, name, reading) in machines.Where(m => m.Reading.State != PowerState.Unknown))
            text.Sample("rackboot_machine_power_on", reading.State == PowerState.On ? 1 : 0, ("machine", name));
        text.Metric("rackboot_machine_power_age_seconds", "gauge", "Age of the machine's last power reading.");
        foreach (var (_, name, reading) in machines)
            if (reading.Read is { } read)
                text.Sample("rackboot_machine_power_age_seconds", Math.Round((now - read).TotalSeconds, 1), ("machine", name));
        text.Metric(
            "rackboot_bmc_up", "gauge", "1: the last call to the machine's BMC succeeded, 0: it failed or all attempts stopped.");
        foreach (var (machine, name, reading) in machines)
            if (reading.Read is not null || reading.Problem is not null)
                text.Sample("rackboot_bmc_up", reading.Problem is null && !Desk.IsStopped(machine) ? 1 : 0, ("machine", name));
        // Sensors are counted without names: a rack has a hundred thousand.
        text.Metric("rackboot_machine_sensors", "gauge", "The machine's sensors by health.");
        foreach (var (machine, name, _) in machines)
            if (Sensors.Of(machine.Id) is { Count: > 0 } read)
                foreach (var health in Enum.GetValues<BmcSeverity>())
                    text.Sample(
                        "rackboot_machine_sensors", read.Count(s => s.Health == health),
                        ("machine", name), ("health", EnumWord.Of(health)));
    }

    public Task RunAsync(CancellationToken cancel)
    {
        _operations.TakeUp(id => _inventory.Fleet[id]);
        return Together.RunAsync(cancel, _states.RunAsync, _sensorReadings.RunAsync, _witness.RunAsync);
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        Desk.Settings = changed.Power;
        return [];
    }

    public async ValueTask DisposeAsync()
    {
        await _media.DisposeAsync();
        await _operations.DisposeAsync();
        await Desk.DisposeAsync();
        Drivers.Dispose();
    }
}
