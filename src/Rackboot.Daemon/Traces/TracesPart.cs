using Rackboot.Daemon.Api;
using Rackboot.Daemon.Boots;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Machines;
using Rackboot.Daemon.Store;

namespace Rackboot.Daemon.Traces;

/// <summary>Boots as traces, for a collector of OpenTelemetry.</summary>
internal sealed class TracesPart : IPart
{
    private readonly BootTraces _traces;

    public TracesPart(RackbootConfiguration configuration, StorePart store, MachinesPart machines, BootsPart boots, TimeProvider time)
    {
        _traces = new BootTraces(boots.Log, machines.Inventory, store.Events, time, DaemonVersion.Text)
        {
            Settings = configuration.Telemetry,
        };
    }

    public IReadOnlyList<string> Problems => _traces.Problem is { } problem ? [problem] : [];

    public void Measure(MetricsText text)
    {
        if (_traces.Settings is null)
            return;
        text.Metric("rackboot_traces_total", "counter", "Traces of boots: sent to the collector, and dropped.");
        text.Sample("rackboot_traces_total", _traces.Sent, ("result", "sent"));
        text.Sample("rackboot_traces_total", _traces.Queue.Dropped, ("result", "dropped"));
    }

    public Task RunAsync(CancellationToken cancel) => _traces.RunAsync(cancel);

    public IReadOnlyList<string> Reload(RackbootConfiguration changed)
    {
        _traces.Settings = changed.Telemetry;
        return [];
    }

    public ValueTask DisposeAsync()
    {
        _traces.Dispose();
        return ValueTask.CompletedTask;
    }
}
