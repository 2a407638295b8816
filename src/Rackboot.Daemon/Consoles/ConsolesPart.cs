using Rackboot.Core.Console;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Power;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Consoles;

/// <summary>The machines' consoles: watching, typing, logging.</summary>
internal sealed class ConsolesPart : IPart
{
    private readonly ConsoleApi _api;

    /// <param name="open">Opens the console of a machine; null: according to its document.</param>
    public ConsolesPart(
        RackbootConfiguration configuration, StorePart store, MachinesPart machines, PowerPart power, TimeProvider time,
        Func<Machine, bool, CancellationToken, Task<IConsoleLine>>? open = null)
    {
        open ??= new ConsoleSources(power.Desk, power.Drivers).OpenAsync;
        var directory = Path.Combine(configuration.Data, "console");
        Desk = new ConsoleDesk(machines.Inventory, store.Events, open, directory, time) { Settings = configuration.Console };
        _api = new ConsoleApi(machines.Inventory, Desk, time);
    }

    public ConsoleDesk Desk { get; }

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    /// <remarks>Consoles end with it, so that a watcher does not delay the end of the management API.</remarks>
    public async Task RunAsync(CancellationToken cancel)
    {
        await Desk.RunAsync(cancel);
        await Desk.DisposeAsync();
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        Desk.Settings = changed.Console;
        return [];
    }

    public ValueTask DisposeAsync() => Desk.DisposeAsync();
}
