using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Drivers;

namespace Rackboot.Core.Console;

/// <summary>The source of a machine's console: the socket in its document, else Serial-over-LAN of its BMC.</summary>
public sealed class ConsoleSources(PowerDesk power, PowerDrivers drivers)
{
    /// <summary>Why the machine has no console, and the remedy; null if it has one.</summary>
    public static string? Missing(Machine machine) => machine.Spec?.Bmc switch
    {
        null => $"{machine.Name} has no bmc and so no console; add bmc to its document, like bmc: {{ driver: ipmi, address: "
            + $"10.30.0.21, credential: bmc }}",
        { Console: not null } or { Driver: BmcDriver.Auto or BmcDriver.Redfish or BmcDriver.Ipmi } => null,
        { Driver: var driver } => $"driver {EnumWord.Of(driver)} has no console; if {machine.Name} has a Unix socket for its serial "
            + "port, set bmc.console to its path",
    };

    /// <summary>Opens the machine's console.</summary>
    /// <param name="takeOver">Ends another user's console if the BMC supports only one.</param>
    public Task<IConsoleLine> OpenAsync(Machine machine, bool takeOver, CancellationToken cancel) => machine.Spec?.Bmc?.Console is { } path
        ? UnixConsole.OpenAsync(path, cancel)
        : SolLine.OpenAsync(power, drivers, machine, takeOver, cancel);
}
