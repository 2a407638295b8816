using Rackboot.Core.Machines;

namespace Rackboot.Daemon.Authorization;

/// <summary>Which machines there are for the caller of a request. The others are to it as if they did not exist.</summary>
internal sealed class MachineScope(Rights rights, Inventory inventory)
{
    /// <summary>Whether all machines are in it, and what belongs to no machine too.</summary>
    public bool IsWhole => rights.Scope is null;

    /// <summary>The scope of this request's caller.</summary>
    public static MachineScope Of(HttpContext http) =>
        http.Features.Get<MachineScope>() ?? throw new InvalidOperationException("the request did not come through the door");

    public bool Includes(Machine machine) => rights.Includes(machine);

    /// <param name="name">Null: it belongs to no machine.</param>
    public bool Includes(string? name) =>
        IsWhole || (name is not null && inventory.Fleet.Named(name) is { } machine && Includes(machine));

    public bool Includes(MachineId id) => IsWhole || (inventory.Fleet[id] is { } machine && Includes(machine));
}
