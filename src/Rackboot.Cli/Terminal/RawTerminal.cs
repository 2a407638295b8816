using System.Runtime.InteropServices;

namespace Rackboot.Cli.Terminal;

/// <summary>The terminal on standard input in raw mode (termios(3)): every key goes through, none is echoed. The old mode is restored when
/// this is disposed, when a signal ends or stops the program, and when the program ends by any other way than SIGKILL.</summary>
public sealed partial class RawTerminal : IDisposable
{
    private const int StandardInput = 0;
    private const int Now = 0; // TCSANOW, bits/termios.h

    private const int SigStop = 19; // bits/signum-arch.h; the same on x86-64 and arm64

    // struct termios has 60 bytes with glibc on Linux; this program reads none of them.
    private const int StructureBytes = 256;

    private readonly Lock _lock = new();
    private readonly byte[] _before;
    private readonly byte[] _raw;
    private readonly List<PosixSignalRegistration> _signals = [];
    private bool _disposed;

    private RawTerminal(byte[] before)
    {
        _before = before;
        _raw = [.. before];
        MakeRaw(ref _raw[0]);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        AppDomain.CurrentDomain.UnhandledException += OnExit;
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT })
            _signals.Add(PosixSignalRegistration.Create(signal, _ => Set(_before)));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTSTP, _ => Stop()));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, GoOn));
        Set(_raw);
    }

    /// <summary>Makes the terminal raw; null if standard input is none.</summary>
    public static RawTerminal? Enter()
    {
        var before = new byte[StructureBytes];
        return GetAttributes(StandardInput, ref before[0]) == 0 ? new RawTerminal(before) : null;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            Set(_before);
            _disposed = true;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        AppDomain.CurrentDomain.UnhandledException -= OnExit;
        _signals.ForEach(s => s.Dispose());
    }

    // If a handler exists, the runtime leaves stopping to it (dotnet/runtime, src/native/libs/System.Native/pal_signal.c).
    private void Stop()
    {
        Set(_before);
        _ = Kill(Environment.ProcessId, SigStop);
    }

    // If not cancelled, the runtime would restore the terminal mode from program start (pal_console.c, ReinitializeTerminal).
    private void GoOn(PosixSignalContext signal)
    {
        signal.Cancel = true;
        Set(_raw);
    }

    private void OnExit(object? sender, EventArgs e) => Set(_before);

    private void Set(byte[] attributes)
    {
        lock (_lock)
            if (!_disposed)
                _ = SetAttributes(StandardInput, Now, ref attributes[0]);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, ref byte attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, ref byte attributes);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(ref byte attributes);
}
