using Rackboot.Contracts;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.Management;

/// <summary>The daemon's status, and the metrics of all parts for Prometheus.</summary>
internal sealed class StatusApi(Uptime uptime, Counters counters, BootAddresses own, IReadOnlyList<IPart> parts)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(ApiPaths.Status, () => Results.Json(Status(), Document.Json))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("The daemon").WithTags("status").Produces<ServerStatus>();
        api.MapGet(ApiPaths.Metrics, () => Results.Text(Metrics(), MetricsText.ContentType))
            .Needs(AccessRole.Viewer)
            .WithSummary("Get metrics of the appliance, in the text format of Prometheus").WithTags("status");
    }

    internal void Measure(MetricsText text)
    {
        text.Metric("rackboot_info", "gauge", "The daemon's version.");
        text.Sample("rackboot_info", 1, ("version", DaemonVersion.Text));
        text.Metric("rackboot_start_time_seconds", "gauge", "When the daemon started, in seconds since 1970.");
        text.Sample("rackboot_start_time_seconds", uptime.Started.ToUnixTimeSeconds());
        text.Metric(
            "rackboot_problems", "gauge", "Problems of the daemon itself, such as a full disk; rackboot status describes them.");
        text.Sample("rackboot_problems", Problems.Count);
        GarbagePauses.Measure(text);
    }

    private ServerStatus Status() => new()
    {
        Version = DaemonVersion.Text,
        Started = uptime.Started,
        ReadySeconds = uptime.ReadySeconds,
        Counters = counters.Snapshot(),
        Interfaces =
        [
            .. own.Interfaces.Select(name => new BootInterface(name, [.. own.Served.Where(a => a.Device == name).Select(a => $"{a}")])),
        ],
        Problems = Problems,
    };

    private IReadOnlyList<string> Problems => [.. parts.SelectMany(part => part.Problems)];

    /// <summary>The numbers of all parts.</summary>
    internal string Metrics()
    {
        var text = new MetricsText();
        foreach (var part in parts)
            part.Measure(text);
        return text.ToString();
    }
}
