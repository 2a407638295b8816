using Microsoft.Extensions.Logging;

namespace Rackboot.Core.Storage;

/// <summary>Whether the store can be read and written, and since when not. Reports each change once.</summary>
public sealed class StoreHealth
{
    // A sync of a slow disk takes a second or two; what takes this long hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly string _file;
    private readonly Func<long> _freeBytes;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private (StoreFault Fault, DateTimeOffset Since, string Reason)? _trouble;
    private DateTimeOffset? _writingSince;

    internal StoreHealth(string file, Func<long> freeBytes, ILogger log, TimeProvider time) => (_file, _freeBytes, _log, _time) = (file,
        freeBytes, log, time);

    /// <summary>The trouble changed; null: it ended. Called on the writing thread.</summary>
    public event Action<StoreTrouble?>? Changed;

    /// <summary>The current trouble; null if there is none.</summary>
    public StoreTrouble? Trouble
    {
        get
        {
            lock (_lock)
                return _trouble is { } known ? Told(known.Fault, known.Since, known.Reason)
                    : _writingSince is { } since && _time.GetUtcNow() - since > Patience ? Told(StoreFault.Silent, since, "a write has "
                        + "not come back")
                    : null;
        }
    }

    internal StoreTrouble Report(StoreFault fault, string reason)
    {
        StoreTrouble trouble;
        lock (_lock)
        {
            // Damage stays until the file is restored, even if other operations work.
            if (_trouble is { } known && (known.Fault == fault || known.Fault == StoreFault.Damaged))
                return Told(known.Fault, known.Since, known.Reason);
            var since = IsFull(_trouble?.Fault) && IsFull(fault) ? _trouble!.Value.Since : _time.GetUtcNow();
            _trouble = (fault, since, reason);
            trouble = Told(fault, since, reason);
        }

        _log.LogError("The store: {Trouble}", trouble.Sentence);
        Changed?.Invoke(trouble);
        return trouble;
    }

    internal void Works()
    {
        lock (_lock)
        {
            if (_trouble is null or { Fault: StoreFault.Damaged })
                return;
            _trouble = null;
        }

        _log.LogInformation("The store accepts changes again");
        Changed?.Invoke(null);
    }

    internal void Writing(bool begins)
    {
        lock (_lock)
            _writingSince = begins ? _time.GetUtcNow() : null;
    }

    private static bool IsFull(StoreFault? fault) => fault is StoreFault.DiskLow or StoreFault.DiskFull;

    private StoreTrouble Told(StoreFault fault, DateTimeOffset since, string reason) => new(fault, since, reason, _file, _freeBytes());
}
