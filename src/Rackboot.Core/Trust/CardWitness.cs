using Rackboot.Core.Machines;
using Rackboot.Core.Power;

namespace Rackboot.Core.Trust;

/// <summary>Asks a machine's own BMC about its pending cards: a listed card is accepted, with its evidence. The boot path never
/// waits for it.</summary>
public sealed class CardWitness(Inventory inventory, PowerDesk desk, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    // A BMC lists a new card only after its machine has been on for a while.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    private readonly Dictionary<MachineId, (DateTimeOffset At, int Cards)> _asked = [];

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
                await LookAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>Asks about new cards, and periodically about the others.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        foreach (var id in inventory.Pending.Machines)
        {
            var pending = inventory.Pending.Of(id);
            var now = time.GetUtcNow();
            if (inventory.Fleet[id] is not { Spec.Bmc: { } bmc } machine
                || _asked.TryGetValue(id, out var asked) && asked.Cards >= pending.Count && (now - asked.At).Duration() < AskAgain)
                continue;
            _asked[id] = (now, pending.Count);
            var listed = await desk.PollReportAsync(machine, (reports, stop) => reports.CardsAsync(stop), cancel).ConfigureAwait(false);
            if (listed is null)
                continue;
            foreach (var card in pending.Where(c => listed.Contains(c.Mac)))
                await inventory.AcceptCardAsync(machine.Name, card.Mac, $"its BMC, {bmc.Endpoint}, which lists it").ConfigureAwait(false);
        }

        foreach (var gone in _asked.Keys.Where(id => inventory.Pending.Of(id).Count == 0).ToList())
            _asked.Remove(gone);
    }
}
