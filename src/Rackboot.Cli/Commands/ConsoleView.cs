using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Rackboot.Cli.Output;
using Rackboot.Cli.Terminal;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>A console between the machine and this program's own standard input and output.</summary>
/// <param name="escape">Null for no escape character.</param>
internal sealed class ConsoleView(ConsoleConnection connection, string machine, bool watch, bool takeOver, byte? escape, TextWriter error)
{
    private const byte CtrlC = 3;

    // The runtime switches the cursor keys and the keypad of a terminal to application mode (DECCKM, DECKPAM), whose codes firmware menus
    // do not know.
    private static readonly byte[] NormalKeys = "\u001b[?1l\u001b>"u8.ToArray();

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ToLeave = TimeSpan.FromSeconds(3);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isTerminal;
    private bool _isWriter;
    private bool _knowsWriter;
    private bool _isOpen;
    private bool _leaves;
    private string? _notSent;
    private long _lastOutput = Stopwatch.GetTimestamp();

    /// <summary>Copies output and input until one side ends it.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using var terminal = RawTerminal.Enter();
        _isTerminal = terminal is not null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var showing = ShowAsync(over.Token);
        var typing = _isTerminal ? TypeKeysAsync(over.Token) : watch ? Task.Delay(Timeout.Infinite, over.Token) : TypeAllAsync(over.Token);
        try
        {
            if (takeOver)
                await connection.AskAsync(ConsoleRequest.TakeOver, cancel);
            var first = await Task.WhenAny(showing, typing);
            await first; // throws if interrupted
            if (first == showing)
                return await showing;
            // The last input is still on its way: the daemon ends the connection when it has taken all of it.
            _leaves = true;
            await connection.LeaveAsync();
            await ((Task)showing).WaitAsync(ToLeave, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return _isTerminal || watch || _notSent is null ? ExitCode.Ok : ExitCode.Failed;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(showing, typing).WaitAsync(Quiet, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<int> ShowAsync(CancellationToken cancel)
    {
        await using var output = Console.OpenStandardOutput();
        if (_isTerminal && !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"))
            await output.WriteAsync(NormalKeys, cancel);
        while (await connection.ReceiveAsync(cancel) is { } frame)
        {
            if (frame.Message is null)
            {
                await output.WriteAsync(frame.Output, cancel);
                Interlocked.Exchange(ref _lastOutput, Stopwatch.GetTimestamp());
            }
            else if (Take(frame.Message) is { } exit)
            {
                return exit;
            }
        }

        if (_leaves)
            return ExitCode.Ok;
        Say($"the console of {machine} ended: {connection.Ended}");
        return ExitCode.Failed;
    }

    // The exit code, if this message ends the connection.
    private int? Take(ConsoleMessage message)
    {
        switch (message.Kind)
        {
            case ConsoleMessageKind.State:
                _isOpen = message.State == ConsoleState.Open;
                if (message.State is ConsoleState.Waiting)
                    Say($"{machine}: {message.Text}");
                else if (_isTerminal && message.State == ConsoleState.Open)
                    Say($"connected to {machine}{(escape is { } e ? $"; {EscapeKeys.Show(e)}? lists the keys" : "")}");
                break;
            case ConsoleMessageKind.Writer:
                if (TakeWriter(message) is { } exit)
                    return exit;
                break;
            case ConsoleMessageKind.Lost:
                Say($"{message.Bytes} bytes are missing here: this client read too slowly");
                break;
            case ConsoleMessageKind.Notice:
                _notSent = message.Text;
                Say(message.Text ?? "");
                break;
        }

        if (_isOpen && _isWriter)
            _ready.TrySetResult();
        return null;
    }

    private int? TakeWriter(ConsoleMessage message)
    {
        var (was, isFirst) = (_isWriter, !_knowsWriter);
        _knowsWriter = true;
        _isWriter = message.You is true;
        var hint = _isTerminal && escape is { } e ? $"; {EscapeKeys.Show(e)}w takes over" : "";
        if (message.Taken is true && message.Writer is not null)
            Say($"{message.Writer} took over typing; you are watching{hint}");
        else if (!watch && !_isWriter && !takeOver && message.Writer is not null)
            Say($"{message.Writer} is typing; you are watching{hint}");
        else if (_isTerminal && _isWriter && !was && !isFirst)
            Say("you can type");
        if (_isTerminal || watch || _isWriter || message.Writer is null || (takeOver && !was))
            return null;
        if (!was)
            Say("nothing was sent; take over typing with --take-over");
        return ExitCode.Conflict;
    }

    // From a terminal: keys, with escapes.
    private async Task TypeKeysAsync(CancellationToken cancel)
    {
        var keys = new EscapeKeys(escape);
        await foreach (var typed in ReadAsync(cancel))
        {
            if (watch && typed.Contains(CtrlC))
                return;
            foreach (var (bytes, action) in keys.Feed(typed))
            {
                if (bytes.Length > 0 && !watch)
                    await connection.TypeAsync(bytes, cancel);
                if (action == EscapeAction.End)
                    return;
                if (action is { } other)
                    await DoAsync(other, cancel);
            }
        }
    }

    // From a pipe or file: all input, unchanged.
    private async Task TypeAllAsync(CancellationToken cancel)
    {
        await _ready.Task.WaitAsync(cancel);
        await foreach (var typed in ReadAsync(cancel))
            await connection.TypeAsync(typed, cancel);
        Interlocked.Exchange(ref _lastOutput, Stopwatch.GetTimestamp());
        while (Quiet - Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastOutput)) is { Ticks: > 0 } left)
            await Task.Delay(left, cancel);
    }

    private Task DoAsync(EscapeAction action, CancellationToken cancel)
    {
        if (action == EscapeAction.Help)
        {
            var key = EscapeKeys.Show(escape!.Value);
            Say(
                $"at the start of a line: {key}. disconnects, {key}w takes over typing, {key}b sends a break, "
                    + $"{key}{key} sends {key}");
            return Task.CompletedTask;
        }

        if (!watch)
            return connection.AskAsync(action == EscapeAction.Break ? ConsoleRequest.Break : ConsoleRequest.TakeOver, cancel);
        Say("you are only watching; connect without --watch to type");
        return Task.CompletedTask;
    }

    // The runtime's own stream of a terminal edits lines, unwanted here. A read cannot be cancelled, so it is left running.
    private static async IAsyncEnumerable<byte[]> ReadAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        using var input = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var buffer = new byte[1024];
        while (await Task.Run(() => Read(input, buffer), cancel).WaitAsync(cancel) is var read and > 0)
            yield return buffer[..read];
    }

    private static int Read(FileStream input, byte[] buffer)
    {
        try
        {
            return input.Read(buffer);
        }
        catch (IOException)
        {
            return 0; // the terminal has gone
        }
    }

    private void Say(string text) =>
        error.Write(_isTerminal ? $"\r\n[rackboot: {Printable.Of(text)}]\r\n" : $"rackboot: {Printable.Of(text)}\n");
}
