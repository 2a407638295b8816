using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Rackboot.Core.Boot;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Traces;

/// <summary>Sends traces to a collector with OpenTelemetry's own exporter. One caller at a time.</summary>
internal sealed class TraceSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ActivitySource _source = new($"rackboot.boot/{Guid.NewGuid():N}"); // no other listener hears it
    private readonly CollectorAnswers _answers;
    private readonly HttpClient _http;
    private readonly SpanBatch _batch;
    private readonly TracerProvider _provider;

    public TraceSender(TelemetrySettings settings, string version)
    {
        _answers = new CollectorAnswers(settings.Headers, CollectorTrust.Handler(settings.Authority));
        _http = new HttpClient(_answers) { Timeout = Patience };
        _batch = new SpanBatch(new OtlpTraceExporter(new OtlpExporterOptions
        {
            Endpoint = settings.Endpoint,
            Protocol = settings.Protocol == TraceProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
            TimeoutMilliseconds = (int)Patience.TotalMilliseconds,
            Headers = "",
            HttpClientFactory = () => _http,
        }));
        _provider = Sdk.CreateTracerProviderBuilder().AddSource(_source.Name)
            .ConfigureResource(resource => resource.Clear().AddTelemetrySdk()
                .AddService("rackbootd", serviceNamespace: "rackboot", serviceVersion: version, autoGenerateServiceInstanceId: false,
                    serviceInstanceId: Environment.MachineName)
                .AddAttributes([new("host.name", Environment.MachineName)]))
            .SetSampler(new AlwaysOnSampler()).AddProcessor(_batch).Build();
    }

    /// <summary>Why the last one was not taken.</summary>
    public string Reason => _answers.Reason;

    /// <summary>Whether sending it again would change nothing.</summary>
    public bool Refused => _answers.Refused;

    /// <summary>Sends a boot as a trace whose id is the boot's id.</summary>
    /// <returns>Whether the collector took it.</returns>
    public bool Send(string boot, TraceSpan root)
    {
        Add(root, new ActivityContext(ActivityTraceId.CreateFromString(boot), default, ActivityTraceFlags.Recorded));
        return _batch.Send();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _source.Dispose();
        _http.Dispose();
    }

    private void Add(TraceSpan span, ActivityContext parent)
    {
        using var activity = _source.CreateActivity(span.Name, ActivityKind.Internal, parent)!;
        activity.SetStartTime(span.Start.UtcDateTime);
        activity.Start();
        foreach (var (name, value) in span.Attributes)
            activity.SetTag(name, value);
        foreach (var (at, entry) in span.Entries)
            activity.AddEvent(Event(at, entry));
        if (span.Error is { } error)
            activity.SetStatus(ActivityStatusCode.Error, error);
        foreach (var part in span.Parts)
            Add(part, activity.Context);
        activity.SetEndTime(span.End.UtcDateTime);
    }

    private static ActivityEvent Event(DateTimeOffset at, TimelineEntry entry) => new(entry.Source, at, new ActivityTagsCollection
    {
        ["message"] = entry.Text, ["level"] = entry.Level.ToString().ToLowerInvariant(),
    });
}
