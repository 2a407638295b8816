using System.Diagnostics;
using OpenTelemetry;

namespace Rackboot.Daemon.Traces;

/// <summary>Gathers the spans of one trace, and sends them in one request whose result is known.</summary>
internal sealed class SpanBatch(BaseExporter<Activity> exporter) : BaseExportProcessor<Activity>(exporter)
{
    private readonly List<Activity> _spans = [];

    /// <summary>Sends what was gathered.</summary>
    /// <returns>Whether the collector took it.</returns>
    public bool Send()
    {
        var spans = _spans.ToArray();
        _spans.Clear();
        return exporter.Export(new Batch<Activity>(spans, spans.Length)) == ExportResult.Success;
    }

    protected override void OnExport(Activity data) => _spans.Add(data);
}
