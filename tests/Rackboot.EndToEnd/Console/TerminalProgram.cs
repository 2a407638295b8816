using System.Diagnostics;
using System.Text;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Console;

/// <summary>A program on a terminal of its own, driven as by a person.</summary>
internal sealed class TerminalProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _screen = new();
    private readonly TaskCompletionSource<(int Code, string Mode)> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<string> _mode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    private TerminalProgram(Process process)
    {
        _process = process;
        _ = ReadAsync();
    }

    /// <summary>All that stood on the terminal.</summary>
    public string Screen
    {
        get
        {
            lock (_lock)
                return _screen.ToString();
        }
    }

    public static TerminalProgram Start(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Console", "terminal.py"), program,
            .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new TerminalProgram(Process.Start(info)!);
    }

    public Task TypeAsync(string keys) => TellAsync($"send {Convert.ToBase64String(Encoding.Latin1.GetBytes(keys))}");

    public Task SignalAsync(int number) => TellAsync($"signal {number}");

    /// <summary>Whether the terminal is <c>raw</c> now, or <c>cooked</c>: as it was before.</summary>
    public async Task<string> ModeAsync()
    {
        _mode = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await TellAsync("mode");
        return await _mode.Task.WaitAsync(Patience);
    }

    public Task WaitForModeAsync(string mode) => Wait.UntilAsync(async () => await ModeAsync() == mode, $"the terminal is {mode}");

    /// <summary>Waits until <paramref name="text"/> is on the terminal, behind what was waited for before.</summary>
    public async Task WaitForAsync(string text)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            Task news;
            lock (_lock)
            {
                if (_screen.ToString().IndexOf(text, _seen, StringComparison.Ordinal) is var at and >= 0)
                {
                    _seen = at + text.Length;
                    return;
                }

                news = _news.Task;
            }

            if (waited.Elapsed > Patience || _exit.Task.IsCompleted)
                throw new TimeoutException($"\"{text}\" did not appear on the terminal, which shows:\n{Screen}");
            await Task.WhenAny(news, _exit.Task, Task.Delay(Patience));
        }
    }

    /// <summary>Waits until the program has ended.</summary>
    /// <returns>Its exit code (negative: the signal it died of), and how it left the terminal.</returns>
    public Task<(int Code, string Mode)> ExitAsync() => _exit.Task.WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            switch (line.Split(' '))
            {
                case ["out", var bytes]:
                    lock (_lock)
                    {
                        _screen.Append(Encoding.Latin1.GetString(Convert.FromBase64String(bytes)));
                        _news.TrySetResult();
                        _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    }

                    break;
                case ["mode", var mode]:
                    _mode.TrySetResult(mode);
                    break;
                case ["exit", var code, var mode]:
                    _exit.TrySetResult((int.Parse(code), mode));
                    break;
            }
    }
}
