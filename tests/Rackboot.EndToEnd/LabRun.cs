using System.Diagnostics;
using Rackboot.Lab;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>A run of <c>rackboot-lab up</c> with a name and a state of its own; gone afterwards.</summary>
internal sealed class LabRun : IAsyncDisposable
{
    private readonly string _state;
    private readonly Process _process;

    private LabRun(string name, string state, Process process) => (Name, _state, _process) = (name, state, process);

    public string Name { get; }

    public string Log => $"{_state}/up.log";

    public string Socket => $"/run/{Name}/rackboot.sock";

    /// <summary>Starts it; skips the test where that cannot be.</summary>
    public static LabRun Start(params string[] arguments) => Start([], arguments);

    /// <summary>Starts it where nothing is reachable: the proxy that it would go through does not exist.</summary>
    public static LabRun StartOffline(params string[] arguments) => Start(["HTTPS_PROXY=http://127.0.0.1:9", "NO_PROXY="], arguments);

    private static LabRun Start(string[] environment, string[] arguments)
    {
        TestRack.SkipUnlessPossible();
        var name = $"rbu{Environment.ProcessId % 10000}";
        var state = Directory.CreateTempSubdirectory($"{name}-").FullName;
        Directory.CreateDirectory(TestRack.StandInCache);
        Directory.CreateSymbolicLink($"{state}/standin", TestRack.StandInCache);
        return new LabRun(name, state, Tool.StartInBackground(
            $"{state}/up.log", "env",
            [
                .. environment, Path.Combine(TestRack.ProgramDirectory, "rackboot-lab"), "up", "--name", name, "--state", state,
                "--programs", TestRack.ProgramDirectory, .. arguments,
            ]));
    }

    public string Console(string machine) => $"{_state}/{machine}.console";

    /// <summary>Waits until it has printed <paramref name="text"/>.</summary>
    public Task WaitForAsync(string text, TimeSpan within) => Wait.UntilAsync(async () =>
    {
        var ended = _process.HasExited;
        var said = await LogAsync();
        return said.Contains(text, StringComparison.Ordinal) || (ended ? throw new LabException(said) : false);
    }, $"it says \"{text}\"", within, LogAsync);

    /// <summary>Runs a command against its daemon, which must succeed.</summary>
    public async Task<string> RackbootAsync(params string[] arguments)
    {
        var program = Path.Combine(TestRack.ProgramDirectory, "rackboot");
        var (exit, output, error) = await Tool.TryRunAsync(program, ["--socket", Socket, .. arguments]);
        Assert.True(exit == 0, $"rackboot {string.Join(' ', arguments)}: {output}{error}");
        return output;
    }

    /// <summary>The process ids of all that runs in its network.</summary>
    public async Task<IReadOnlyList<int>> ProcessesAsync()
    {
        var (_, processes, _) = await Tool.TryRunAsync("ip", "netns", "pids", Name);
        return [.. processes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    /// <summary>Ends it by a signal.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(string signal, TimeSpan within)
    {
        await Tool.RunAsync("kill", "-" + signal, $"{_process.Id}");
        return await ExitAsync(within);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void AssertNothingIsLeft(IEnumerable<int> processes)
    {
        Assert.False(Directory.Exists($"/run/{Name}"));
        Assert.False(File.Exists($"/run/netns/{Name}"));
        Assert.All(processes, pid => Assert.False(Tool.IsRunning(pid), $"process {pid} runs on"));
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        Directory.Delete(_state, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<string> LogAsync() => File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "";
}
