using System.Text;
using System.Threading.Channels;
using Rackboot.Core.Console;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Tests.Power;

namespace Rackboot.Core.Tests.Console;

/// <summary>Machines with consoles whose other end is the test, in time that passes when the test says so.</summary>
internal sealed class ConsoleRack : IAsyncDisposable
{
    private readonly Channel<Opening> _openings = Channel.CreateUnbounded<Opening>();

    public ConsoleRack() => Desk = NewDesk();

    public PowerRack Rack { get; } = new();

    public ConsoleDesk Desk { get; private set; }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("rackboot-console-").FullName;

    public string Logs => Path.Combine(Directory, "console");

    /// <summary>An attempt to open a machine's console, which the test answers.</summary>
    public sealed record Opening(string Machine, bool TakeOver, TaskCompletionSource<IConsoleLine> Answer)
    {
        public FakeLine Accept()
        {
            var line = new FakeLine();
            Answer.SetResult(line);
            return line;
        }

        public void Refuse(string why) => Answer.SetException(new ConsoleException(why));
    }

    public Task<Machine> AddAsync(string name = "node-01") =>
        Rack.PutAsync(name, new BmcSpec { Driver = BmcDriver.Qemu, Socket = "/q", Console = $"/{name}" });

    public async Task<Opening> OpeningAsync() => await _openings.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>Watches, and opens the line for it.</summary>
    public async Task<(Viewer Viewer, FakeLine Line)> OpenAsync(Machine machine, string who = "alice")
    {
        var viewer = Watch(machine, who);
        var line = (await OpeningAsync()).Accept();
        await viewer.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        return (viewer, line);
    }

    public Viewer Watch(Machine machine, string who, bool mayWrite = true) => new(Desk.Join(machine, who, mayWrite));

    /// <summary>Another daemon on the same data.</summary>
    public async Task RestartAsync()
    {
        await Desk.DisposeAsync();
        Desk = NewDesk();
    }

    public async Task<string> LogAsync(Machine machine, int? tail = null)
    {
        await using var log = Desk.Read(machine);
        using var text = new MemoryStream();
        await log.CopyToAsync(text, tail, TestContext.Current.CancellationToken);
        return Encoding.Latin1.GetString(text.ToArray());
    }

    public async Task<IReadOnlyList<string>> EventsAsync() => [.. (await Rack.EventsAsync())
        .Where(e => e.Kind.StartsWith("console.", StringComparison.Ordinal)).Select(e => $"{e.Kind}: {e.Text}")];

    public async ValueTask DisposeAsync()
    {
        await Desk.DisposeAsync();
        await Rack.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private ConsoleDesk NewDesk() => new(Rack.Inventory, Rack.Events, Open, Logs, Rack.Clock);

    private Task<IConsoleLine> Open(Machine machine, bool takeOver, CancellationToken cancel)
    {
        var opening =
            new Opening(machine.Name, takeOver, new TaskCompletionSource<IConsoleLine>(TaskCreationOptions.RunContinuationsAsynchronously));
        _openings.Writer.TryWrite(opening);
        return opening.Answer.Task.WaitAsync(cancel);
    }
}

/// <summary>Reads what a watcher is told, one update after the other.</summary>
internal sealed class Viewer(ConsoleWatcher watcher) : IDisposable
{
    private readonly IAsyncEnumerator<ConsoleUpdate> _updates =
        watcher.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator();

    public ConsoleWatcher Watcher => watcher;

    /// <summary>The next update; null when the console has ended.</summary>
    public async Task<ConsoleUpdate?> NextAsync() => await _updates.MoveNextAsync() ? _updates.Current : null;

    /// <summary>Goes on to the next update of a kind.</summary>
    public async Task<T> UntilAsync<T>(Func<T, bool>? condition = null)
        where T : ConsoleUpdate
    {
        while (await NextAsync() is { } update)
            if (update is T wanted && (condition is null || condition(wanted)))
                return wanted;
        throw new InvalidOperationException($"the console ended without {typeof(T).Name}");
    }

    /// <summary>Reads output until it has so many bytes.</summary>
    public async Task<string> ReadAsync(int length)
    {
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(Encoding.Latin1.GetString((await UntilAsync<ConsoleUpdate.Output>()).Bytes.Span));
        return text.ToString();
    }

    public Task TypeAsync(string text) => watcher.WriteAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    public void Dispose() => watcher.Dispose();
}
