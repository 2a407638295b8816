using System.Collections.Concurrent;
using System.Net;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;

namespace Rackboot.Core.Boot;

/// <summary>Reports refused requests for a script in a machine's name. A waiting client repeats them: only one is reported from time to
/// time.</summary>
public sealed class ScriptRefusals(EventLog events, TimeProvider time)
{
    private const int MostKept = 1024;
    private static readonly TimeSpan SaidFor = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(MachineId? Machine, IPAddress Source), (string Reason, DateTimeOffset At)> _said = new();

    /// <summary>Keeps refusals for explain.</summary>
    public Sightings Sightings { get; init; } = new(TimeProvider.System);

    /// <summary>Refusals in the machine's name, the newest last.</summary>
    public IReadOnlyList<string> Of(MachineId machine) =>
        [.. _said.Where(s => s.Key.Machine == machine).OrderBy(s => s.Value.At)
            .Select(s => $"{s.Value.At:HH:mm:ss}  refused to {s.Key.Source}: {s.Value.Reason}")];

    internal void Add(Machine? machine, IPAddress source, string reason)
    {
        if (machine is not null)
            Sightings.AddOf(machine.Id, new Fact(FactKind.ScriptRefused, $"{source}"),
                $"its boot script was refused to {source}: {reason}");
        Sightings.Add(source, new Fact(FactKind.ScriptRefused, machine?.Name),
            $"requested the boot script of {machine?.Name ?? "a machine"} and was refused: {reason}");
        var (key, now) = ((machine?.Id, source), time.GetUtcNow());
        if (_said.TryGetValue(key, out var said) && said.Reason == reason && (now - said.At).Duration() < SaidFor)
            return;
        if (_said.Count >= MostKept && !_said.ContainsKey(key))
            foreach (var (old, _) in _said.Where(s => (now - s.Value.At).Duration() >= SaidFor).ToList())
                _said.TryRemove(old, out _);
        if (_said.Count >= MostKept && !_said.ContainsKey(key))
            return;
        _said[key] = (reason, now);
        events.Add("script.refused", Level.Warning, machine?.Name, null, $"no boot script for {source}: {reason}");
    }
}
