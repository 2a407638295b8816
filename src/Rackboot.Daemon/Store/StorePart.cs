using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Store;

/// <summary>What everything rests on: the store on disk, and the events in it.</summary>
internal sealed class StorePart : IPart
{
    private readonly string _data;
    private readonly ILogger _log;
    private readonly EventApi _api;

    /// <summary>Opens the store, in a directory that nobody else may enter.</summary>
    public StorePart(RackbootConfiguration configuration, TimeProvider time, ILoggerFactory logs)
    {
        (_data, _log) = (configuration.Data, logs.CreateLogger("rackbootd"));
        Directory.CreateDirectory(_data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Store = SqliteStore.Open(Path.Combine(_data, "rackboot.db"), logs.CreateLogger<SqliteStore>());
        Events = new EventLog(Store, time, logs.CreateLogger<EventLog>());
        _api = new EventApi(Events);
    }

    public SqliteStore Store { get; }

    public EventLog Events { get; }

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed) => changed.Data == _data ? [] : ["data"];

    /// <summary>Whether the store still takes a write, which everything else needs.</summary>
    public async Task<bool> IsAliveAsync()
    {
        try
        {
            await Store.CommitAsync([Change.Delete(Table.Events, "alive")]).WaitAsync(TimeSpan.FromSeconds(5));
            return true;
        }
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            _log.LogError("The store does not write: {Reason}", e.Message);
            return false;
        }
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
