using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Boot;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Drivers;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests.Power;

/// <summary>Machines with BMCs that do what a test says, on a store in a directory of its own.</summary>
internal sealed class PowerRack : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rackboot-power-").FullName;

    private readonly TimeProvider _time;
    private readonly PowerDrivers? _drivers;

    /// <param name="real">Whether BMCs are reached over the network, in real time.</param>
    public PowerRack(bool real = false)
    {
        _time = real ? TimeProvider.System : Clock;
        _drivers = real ? new PowerDrivers(_time) : null;
        Open();
    }

    public TimerClock Clock { get; } = new();
    public Dictionary<string, FakeBmc> Bmcs { get; } = [];
    public List<BmcContact> Contacts { get; } = [];
    public SqliteStore Store { get; private set; } = null!;
    public EventLog Events { get; private set; } = null!;
    public CredentialVault Vault { get; private set; } = null!;
    public Inventory Inventory { get; private set; } = null!;
    public BootLog Boots { get; private set; } = null!;
    public PowerDesk Desk { get; private set; } = null!;
    public PowerActions Actions { get; private set; } = null!;

    /// <summary>A machine whose BMC is at an address of its own, or at <paramref name="address"/>.</summary>
    public async Task<Machine> AddAsync(string name, string? address = null)
    {
        if (Vault.Find("bmc") is null)
            await Vault.PutAsync("bmc", "admin", new Secret("first"), null, dryRun: false);
        return await PutAsync(name, new BmcSpec
        {
            Driver = BmcDriver.Ipmi, Address = address ?? $"{name}.bmc", Credential = "bmc", System = address is null ? null : name,
        });
    }

    public async Task<Machine> PutAsync(string name, BmcSpec? bmc)
    {
        var applied = await Inventory.PutMachineAsync(name, new MachineSpec { Serial = $"S-{name}", Bmc = bmc }, null, null, dryRun: false);
        Assert.Null(applied.Refusal);
        return applied.Document!;
    }

    public FakeBmc Bmc(string name)
    {
        if (!Bmcs.TryGetValue(name, out var bmc))
            Bmcs[name] = bmc = new FakeBmc();
        return bmc;
    }

    public Task<PowerResult> RunAsync(Machine machine, PowerAction action, BootTarget? boot = null, List<string>? progress = null) =>
        Actions.RunAsync(machine, new PowerRequest(action, boot, "alice"), text => progress?.Add(text),
            CancellationToken.None) is var running && _drivers is null ? Clock.UntilAsync(running) : running;

    public async Task<PowerException> FailureAsync(Machine machine, PowerAction action, BootTarget? boot = null) =>
        await Assert.ThrowsAsync<PowerException>(() => RunAsync(machine, action, boot));

    public async Task<List<RackEvent>> EventsAsync(string? kind = null)
    {
        await Store.CommitAsync([Change.Delete(Table.Leases, "none")]);
        return [.. Store.Load(Table.Events).Select(StoreJson.Read<RackEvent>).Where(e => kind is null || e.Kind == kind)];
    }

    public async Task RestartAsync()
    {
        await Desk.DisposeAsync();
        await Store.DisposeAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        _drivers?.Dispose();
        await Store.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private void Open()
    {
        Store = SqliteStore.Open(Path.Combine(_directory, "rackboot.db"), NullLogger.Instance);
        Events = new EventLog(Store, _time, NullLogger<EventLog>.Instance);
        Vault = new CredentialVault(Store, Events, _time);
        Inventory = new Inventory(Store, Events, _time, Vault);
        Boots = new BootLog(Store, Events, _time);
        Desk = new PowerDesk(Inventory, Vault, Store, Events, Connect, _time);
        Actions = new PowerActions(Desk, Events, Boots, Inventory.Provisioning);
    }

    private IPowerController Connect(BmcContact contact)
    {
        Contacts.Add(contact);
        return _drivers?.Connect(contact) ?? Bmc(contact.Machine);
    }
}
