using Rackboot.Cloud;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clouds;

/// <summary>Pushes a machine's own configuration to its server once it runs: the server needs no access to the appliance. Machines of a
/// cluster get theirs from the cluster. It is pushed once; the purchase was approved, so the machine need not be armed.</summary>
internal sealed class CloudDelivery(CloudBook book, Inventory inventory, ICloudNodes nodes, EventLog events, TimeProvider time)
{
    /// <summary>Prefix of the problem of a machine that rejected its configuration.</summary>
    public const string NotTaken = "its configuration was not accepted";

    public async Task DeliverAsync(Placement placement, CancellationToken cancel)
    {
        if (placement is not { Stage: PlacementStage.Running, Configured: null, Addresses: [var address, ..] }
            || (placement.Adopted && !placement.Place.Install)
            || inventory.Fleet[placement.Machine] is not { Spec.Config: not null, Seat: null } machine
                || inventory.Config(machine.Id) is not { } configuration)
            return;
        try
        {
            if (await nodes.ConfigureAsync(address, configuration, cancel).ConfigureAwait(false) is not { } fingerprint)
                return;
            await book.ChangeAsync(placement.Machine, p =>
                p! with { Configured = time.GetUtcNow(), Fingerprint = fingerprint, Problem = null }).ConfigureAwait(false);
            await inventory.Provisioning.DeliveredAsync(machine).ConfigureAwait(false);
            events.Add("config.delivered", Level.Info, machine.Name, null,
                $"pushed its configuration to {address}, its address according to {placement.Place.Provider}; it presented "
                    + $"{fingerprint}");
        }
        catch (CloudException e)
        {
            // Talos says several mistakes in as many lines.
            var why = string.Join(' ', e.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            var problem = $"{NotTaken} by {address}: {why}";
            if (placement.Problem != problem)
                events.Add("config.refused", Level.Warning, machine.Name, null, problem);
            await book.ChangeAsync(placement.Machine, p => p! with { Problem = problem }).ConfigureAwait(false);
        }
    }
}
