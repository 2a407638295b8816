using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>The cards that wait for acceptance, in memory only: a present card reports itself again.</summary>
public sealed class PendingCards(EventLog events, TimeProvider time)
{
    // Any host can report a known UUID with ever new hardware addresses. The first ones stay, so that no flood displaces the real one.
    private const int MostOfAMachine = 8;

    private readonly ConcurrentDictionary<MachineId, ImmutableList<PendingCard>> _cards = new();

    /// <summary>The machines that have pending cards.</summary>
    public IEnumerable<MachineId> Machines => _cards.Where(c => c.Value.Count > 0).Select(c => c.Key);

    public IReadOnlyList<PendingCard> Of(MachineId machine) => _cards.GetValueOrDefault(machine, []);

    /// <summary>How an operator accepts a card.</summary>
    public static string Command(string machine, MacAddress card) => $"rackboot accept {machine} --card {card}";

    internal void Note(Machine machine, MacAddress card, string shows)
    {
        var known = _cards.GetOrAdd(machine.Id, []);
        if (known.Count >= MostOfAMachine || known.Exists(c => c.Mac == card))
            return;
        var added = known.Add(new PendingCard(card, time.GetUtcNow(), shows));
        if (!_cards.TryUpdate(machine.Id, added, known))
            return; // a concurrent call was faster; the card reports itself again
        events.Add("machine.card.pending", Level.Warning, machine.Name, null,
            $"card {card} reports {shows} of {machine.Name}, but is not in its document; "
            + $"if it belongs to that machine: {Command(machine.Name, card)}");
    }

    internal void Forget(MachineId machine, MacAddress card)
    {
        while (_cards.TryGetValue(machine, out var known) && known.Find(c => c.Mac == card) is { } pending)
            if (_cards.TryUpdate(machine, known.Remove(pending), known))
                return;
    }

    internal void Forget(MachineId machine) => _cards.TryRemove(machine, out _);
}
