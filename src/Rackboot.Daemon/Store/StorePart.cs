using Rackboot.Backup;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Store;

/// <summary>The base of all parts: the store on disk, and its events.</summary>
internal sealed class StorePart : IPart
{
    private const string SystemdCredentials = "CREDENTIALS_DIRECTORY";

    // The log of the database and the leases of a large rack fit into it (docs/store.md).
    private const long ReserveBytes = 16 * 1024 * 1024;

    private readonly string _data;
    private readonly DataLock _lock;
    private readonly EventApi _api;
    private readonly StoreApi _storeApi;
    private readonly StoreWatch _watch;

    /// <summary>Opens the store, in a directory that only its owner may enter.</summary>
    public StorePart(RackbootConfiguration configuration, TimeProvider time, ILoggerFactory logs)
    {
        _data = configuration.Data;
        Directory.CreateDirectory(_data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _lock = DataLock.TryTake(_data)
            ?? throw new IOException($"{_data} is used by another rackbootd, or by rackboot restore; stop that first");
        Restoration.Finish(_data); // one that was cut off after it was decided
        var options = new StoreOptions
        {
            CredentialsDirectory = Environment.GetEnvironmentVariable(SystemdCredentials), ReserveBytes = ReserveBytes, Time = time,
        };
        Store = SqliteStore.Open(Path.Combine(_data, "rackboot.db"), logs.CreateLogger<SqliteStore>(), options);
        Events = new EventLog(Store, time, logs.CreateLogger<EventLog>(), configuration.History);
        _watch = new StoreWatch(Store, Events);
        (_api, _storeApi) = (new EventApi(Events), new StoreApi(Store, Events));
    }

    public SqliteStore Store { get; }

    public EventLog Events { get; }

    /// <summary>The store accepts changes again after a failure.</summary>
    public event Action? StoredAgain
    {
        add => _watch.StoredAgain += value;
        remove => _watch.StoredAgain -= value;
    }

    /// <summary><see cref="Problems"/> changed.</summary>
    public event Action? ProblemsChanged
    {
        add => _watch.Changed += value;
        remove => _watch.Changed -= value;
    }

    public IReadOnlyList<string> Problems => _watch.Problem is { } problem ? [problem] : [];

    public void MapManagement(IEndpointRouteBuilder api)
    {
        _api.Map(api);
        _storeApi.Map(api);
    }

    public void Measure(MetricsText text)
    {
        text.Metric("rackboot_store_dropped_total", "counter",
            "Events and timeline entries lost because the disk is full, fails or is slow.");
        text.Sample("rackboot_store_dropped_total", Store.Dropped);
    }

    public Task RunAsync(CancellationToken cancel) => _watch.RunAsync(cancel);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        Events.History = changed.History;
        return changed.Data == _data ? [] : ["data"];
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _lock.Dispose();
    }
}
