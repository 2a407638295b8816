using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Backups;

/// <summary>Backups of the appliance: asked for over the API, and by schedule.</summary>
internal sealed class BackupsPart : IPart
{
    private readonly SnapshotSchedule _schedule;
    private readonly BackupApi _api;

    public BackupsPart(RackbootConfiguration configuration, StorePart store, TimeProvider time)
    {
        StoreBackup.ClearUp(configuration.Data);
        var backup = new StoreBackup(store.Store, configuration.Data, configuration.File, time);
        _schedule = new SnapshotSchedule(backup, configuration.Data, store.Events, time) { Settings = configuration.Backups };
        _api = new BackupApi(backup, store.Events);
    }

    public IReadOnlyList<string> Problems => _schedule.Problem is { } problem ? [problem] : [];

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public void Measure(MetricsText text)
    {
        if (_schedule.Settings.Every == TimeSpan.Zero || _schedule.Newest is not { } newest)
            return;
        text.Metric("rackboot_backup_time_seconds", "gauge", "When the newest scheduled backup was made, in seconds since 1970.");
        text.Sample("rackboot_backup_time_seconds", newest.ToUnixTimeSeconds());
    }

    public Task RunAsync(CancellationToken cancel) => _schedule.RunAsync(cancel);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _schedule.Settings = changed.Backups;
        return [];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
