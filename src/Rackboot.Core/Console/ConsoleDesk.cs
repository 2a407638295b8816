using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;

namespace Rackboot.Core.Console;

/// <summary>The consoles of all machines: opened for the first watcher, kept while there is one or while everything is logged, and closed
/// a moment later. Each machine has a directory of logs, deleted with the machine.</summary>
public sealed class ConsoleDesk(
    Inventory inventory, EventLog events, Func<Machine, bool, CancellationToken, Task<IConsoleLine>> open, string directory,
    TimeProvider time) : IAsyncDisposable
{
    private const int MostOpenedAtOnce = 32;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private readonly Dictionary<MachineId, Kept> _consoles = [];
    private readonly SemaphoreSlim _opening = new(MostOpenedAtOnce);
    private bool _ended;

    private sealed record Kept(MachineConsole Console, string Name)
    {
        public BmcSpec? Spec { get; set; }
    }

    public ConsoleSettings Settings { get; set; } = new();

    /// <summary>Begins to watch the console of a machine that has one (<see cref="ConsoleSources.Missing"/>).</summary>
    /// <param name="who">The name for events and other watchers.</param>
    public ConsoleWatcher Join(Machine machine, string who, bool mayWrite)
    {
        while (true)
            if (For(machine).Join(who, mayWrite) is { } watcher)
                return watcher;
    }

    /// <summary>The log, and a watcher for the output after it.</summary>
    public (ConsoleWatcher Watcher, LogTail Log) Follow(Machine machine, string who)
    {
        while (true)
            if (For(machine).Follow(who) is { } followed)
                return followed;
    }

    /// <summary>The current log.</summary>
    public LogTail Read(Machine machine) => new(ConsoleLog.OpenForReading(Directory(machine.Name)));

    public ConsoleReport Report(Machine machine)
    {
        lock (_lock)
            return _consoles.TryGetValue(machine.Id, out var kept) ? kept.Console.Report : ConsoleReport.Closed;
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
                await TidyAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    /// <summary>Opens consoles that are always logged, closes unwatched ones, follows changes of the documents, and removes logs of
    /// deleted machines.</summary>
    public async Task TidyAsync()
    {
        if (Settings.Log == ConsoleLogging.Always)
            foreach (var machine in inventory.Fleet.Machines)
                if (ConsoleSources.Missing(machine) is null)
                    For(machine);
        var over = new List<(MachineConsole Console, string Why)>();
        lock (_lock)
            foreach (var (id, kept) in _consoles)
                if (Tidy(id, kept) is { } why)
                {
                    _consoles.Remove(id);
                    over.Add((kept.Console, why));
                    events.Add("console.closed", Level.Info, kept.Name, null, $"the console is closed: {why}");
                }

        await Task.WhenAll(over.Select(o => o.Console.EndAsync(o.Why))).ConfigureAwait(false);
        RemoveOrphans();
    }

    /// <summary>Ends all consoles, when the daemon stops.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Kept> all;
        lock (_lock)
        {
            _ended = true;
            all = [.. _consoles.Values];
            _consoles.Clear();
        }

        await Task.WhenAll(all.Select(kept => kept.Console.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private MachineConsole For(Machine machine)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            if (_consoles.TryGetValue(machine.Id, out var kept))
                return kept.Console;
            var console = new MachineConsole(
                machine.Name, (take, cancel) => OpenAsync(machine.Id, take, cancel), Directory(machine.Name), () => Settings, events, time);
            _consoles[machine.Id] = new Kept(console, machine.Name) { Spec = machine.Spec?.Bmc };
            return console;
        }
    }

    private async Task<IConsoleLine> OpenAsync(MachineId id, bool take, CancellationToken cancel)
    {
        var machine = inventory.Fleet[id] ?? throw new ConsoleException("the machine was deleted");
        if (ConsoleSources.Missing(machine) is { } missing)
            throw new ConsoleException(missing);
        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await open(machine, take, cancel).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    // Why the console ended; null if it did not.
    private string? Tidy(MachineId id, Kept kept)
    {
        if (inventory.Fleet[id] is not { } machine)
            return "the machine was deleted";
        if (ConsoleSources.Missing(machine) is { } missing)
            return missing;
        if (machine.Spec!.Bmc != kept.Spec)
        {
            kept.Spec = machine.Spec.Bmc;
            kept.Console.Reopen();
        }

        return Settings.Log != ConsoleLogging.Always && kept.Console.Retire(time.GetUtcNow() - Linger) ? "the last watcher left" : null;
    }

    private void RemoveOrphans()
    {
        try
        {
            if (!System.IO.Directory.Exists(directory))
                return;
            foreach (var log in System.IO.Directory.EnumerateDirectories(directory))
                if (inventory.Fleet.Named(Path.GetFileName(log)) is null)
                    System.IO.Directory.Delete(log, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again soon.
        }
    }

    private string Directory(string machine) => Path.Combine(directory, machine);
}
