using Rackboot.Core.Storage;

namespace Rackboot.Core.Power.Bmc;

/// <summary>What was learnt of one BMC and must outlive a restart: its certificate's fingerprint, which protocol it speaks, which logins it
/// refused.</summary>
public sealed class BmcMemory
{
    private readonly Lock _lock = new();
    private readonly IStore _store;
    private Stored _stored;

    public BmcMemory(IStore store, string endpoint)
    {
        (_store, Endpoint) = (store, endpoint);
        _stored = store.Find(Table.Bmcs, endpoint) is { } document ? StoreJson.Read<Stored>(document) : new Stored();
    }

    private sealed record Stored
    {
        public string? Pin { get; init; }
        public BmcDriver? Speaks { get; init; }
        public IReadOnlyDictionary<string, int> Refusals { get; init; } = new Dictionary<string, int>();
    }

    public string Endpoint { get; }

    /// <summary>SHA-256 of the certificate it showed first.</summary>
    public string? Pin
    {
        get => _stored.Pin;
        set => Change(s => s with { Pin = value });
    }

    /// <summary>What <see cref="BmcDriver.Auto"/> found it to speak.</summary>
    public BmcDriver? Speaks
    {
        get => _stored.Speaks;
        set => Change(s => s with { Speaks = value });
    }

    /// <summary>How often it refused which login.</summary>
    public IReadOnlyDictionary<string, int> Refusals
    {
        get => _stored.Refusals;
        set => Change(s => s with { Refusals = value });
    }

    private void Change(Func<Stored, Stored> change)
    {
        lock (_lock)
        {
            _stored = change(_stored);
            _store.Post(Storage.Change.Put(Table.Bmcs, Endpoint, _stored));
        }
    }
}
