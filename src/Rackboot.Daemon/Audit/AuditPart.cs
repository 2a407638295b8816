using Rackboot.Daemon.Api;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Audit;

/// <summary>The record of who did what.</summary>
internal sealed class AuditPart : IPart
{
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(10);

    private readonly AuditApi _api;
    private readonly TimeProvider _time;
    private TimeSpan _keep;

    public AuditPart(RackbootConfiguration configuration, StorePart store, TimeProvider time)
    {
        (_time, _keep) = (time, configuration.History.Audit);
        Log = new AuditLog(store.Store, store.Events, time);
        _api = new AuditApi(Log);
    }

    public AuditLog Log { get; }

    public void MapManagement(IEndpointRouteBuilder api) => _api.Map(api);

    public void Measure(MetricsText text)
    {
        text.Metric("rackboot_audit_lost_total", "counter", "Entries of the audit that the disk did not take.");
        text.Sample("rackboot_audit_lost_total", Log.Lost);
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Sweep, _time);
        try
        {
            do
                await Log.RemoveOldAsync(_keep);
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _keep = changed.History.Audit;
        return [];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
