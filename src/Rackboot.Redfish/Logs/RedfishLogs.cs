using System.Globalization;

namespace Rackboot.Redfish;

/// <summary>The logs of a machine and its BMC.</summary>
public sealed class RedfishLogs
{
    // What vendors call the log that takes the place of the SEL, the likeliest first (HPE: IML; Lenovo: PlatformLog; Supermicro and DMTF:
    // Log1).
    private static readonly string[] EventLogs = ["SEL", "IML", "PlatformLog", "EventLog", "Log1", "Event"];

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishLogs(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>The logs of the system, its BMC and its chassis.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishLog>> ListAsync(CancellationToken cancellation = default)
    {
        var logs = await ServicesAsync(cancellation).ConfigureAwait(false);
        var main = Main(logs);
        return [.. logs.Select(l => new RedfishLog(
            l.Path, l.Id, l.Body.Text("Name"), l.Body.Text("LogEntryType"), RedfishAction.Find(l.Body, "#LogService.ClearLog") is not null,
            l == main))];
    }

    /// <summary>The newest entries of a log, the newest first.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishLogEntry>> ReadAsync(RedfishLog log, int most = 200, CancellationToken cancellation = default)
    {
        var service = await _connection.GetAsync(log.Path, cancellation).ConfigureAwait(false);
        var entries = await _places.Collection.ReadAsync(service.Body.Link("Entries"), cancellation, expand: false).ConfigureAwait(false);
        return [.. entries.Select(Entry)
            .OrderByDescending(e => e.Created ?? DateTimeOffset.MinValue)
            .ThenByDescending(e => long.TryParse(e.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Take(most)];
    }

    /// <exception cref="RedfishException">Not offered, or refused.</exception>
    public async Task ClearAsync(RedfishLog log, CancellationToken cancellation = default)
    {
        var service = await _connection.GetAsync(log.Path, cancellation).ConfigureAwait(false);
        var action = RedfishAction.Find(service.Body, "#LogService.ClearLog")
            ?? throw _connection.Error(
                RedfishFailure.NotSupported, $"the log {log.Id} cannot be cleared; clear it in the BMC's web page or over IPMI");
        await _connection.ActAsync(action.Target!, [], cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<RedfishMember>> ServicesAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var manager = await _places.ManagerAsync(system, cancellation).ConfigureAwait(false);
        var chassis = await _places.Collection.EachAsync(system.Body.Child("Links").Links("Chassis"), cancellation).ConfigureAwait(false);
        var found = new List<RedfishMember>();
        foreach (var holder in new[] { system, manager }.Concat(chassis).OfType<RedfishMember>())
            found.AddRange(await _places.Collection.ReadAsync(holder.Body.Link("LogServices"), cancellation).ConfigureAwait(false));
        return [.. found.DistinctBy(l => l.Path)];
    }

    private static RedfishMember? Main(IReadOnlyList<RedfishMember> logs) =>
        EventLogs.SelectMany(name =>
            logs.Where(l => string.Equals(l.Id, name, StringComparison.OrdinalIgnoreCase) && l.Body.Has("Entries"))).FirstOrDefault()
        ?? logs.FirstOrDefault(l => l.Body.Text("LogEntryType") == "SEL");

    private static RedfishLogEntry Entry(RedfishMember e) => new(
        e.Id, e.Body.Time("Created") ?? e.Body.Time("EventTimestamp"), e.Body.Text("Severity"),
        e.Body.Text("Message") ?? e.Body.Text("EntryCode"),
        e.Body.Text("MessageId"), e.Body.Text("SensorType") ?? e.Body.Text("OemSensorType"));
}
