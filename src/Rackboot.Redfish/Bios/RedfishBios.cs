using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Reads BIOS attributes and stages changes, which the machine takes over when it restarts.</summary>
public sealed class RedfishBios
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishBios(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>The settings in force and where changes to them are written.</summary>
    private sealed record Resources(RedfishMember Current, string PendingPath, RedfishAnswer? Pending);

    /// <exception cref="RedfishException">The service could not be asked, or shows no BIOS settings.</exception>
    public async Task<RedfishBiosState> ReadAsync(CancellationToken cancellation = default) =>
        State(await FindAsync(cancellation).ConfigureAwait(false));

    /// <summary>Stages values for the next restart and reads them back. Values are given as text and written in the attribute's own
    /// type.</summary>
    /// <exception cref="RedfishException">An attribute does not exist, the service refused a value, or shows another one
    /// afterwards.</exception>
    public async Task<RedfishBiosState> StageAsync(IReadOnlyDictionary<string, string> values, CancellationToken cancellation = default)
    {
        var bios = await FindAsync(cancellation).ConfigureAwait(false);
        var attributes = new JsonObject();
        foreach (var (name, value) in values)
            attributes[name] = Typed(bios, name, value);
        var answer = await WriteAsync(bios, attributes, cancellation).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.Accepted)
            // a job holds them until the restart, and not every service shows them
            return State(await FindAsync(cancellation).ConfigureAwait(false));

        var state = State(await FindAsync(cancellation).ConfigureAwait(false));
        var lost = values.Where(v => !Holds(state, v.Key, v.Value)).Select(v => v.Key).ToList();
        return lost.Count == 0 || (state.Pending.Count == 0 && bios.Pending is null)
            ? state
            : throw _connection.Error(
                RedfishFailure.Refused,
                $"the BMC accepted BIOS settings but does not show them as pending: {string.Join(", ", lost)}; restart the machine once "
                    + "and try again");
    }

    private async Task<Resources> FindAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var path = system.Body.Link("Bios") ?? system.Path.TrimEnd('/') + "/Bios";
        var current = await _connection.FindAsync(path, cancellation).ConfigureAwait(false);
        if (current is null || current.Body.Child("Attributes").ValueKind != JsonValueKind.Object)
            throw _connection.Error(
                RedfishFailure.NotSupported,
                "the service offers no BIOS settings; this may need a licence, or a boot of the machine after the BMC's last update");
        var pendingPath = current.Body.Child("@Redfish.Settings").Link("SettingsObject")
            ?? (_connection.Quirks.BiosPendingPath is { } below ? path.TrimEnd('/') + "/" + below : path);
        var pending = pendingPath == path ? null : await _connection.FindAsync(pendingPath, cancellation).ConfigureAwait(false);
        return new Resources(new RedfishMember(path, current.Body, current.ETag), pendingPath, pending);
    }

    private async Task<RedfishAnswer> WriteAsync(Resources bios, JsonObject attributes, CancellationToken cancellation)
    {
        var etag = bios.Pending?.ETag ?? (bios.PendingPath == bios.Current.Path ? bios.Current.ETag : null);
        var body = new JsonObject { ["Attributes"] = attributes };
        if (_connection.Quirks.BiosNeedsApplyTime)
            body["@Redfish.SettingsApplyTime"] = new JsonObject
            {
                ["@odata.type"] = "#Settings.v1_3_0.PreferredApplyTime", ["ApplyTime"] = "OnReset",
            };
        return await _connection.ChangeAsync(bios.PendingPath, body, etag, cancellation).ConfigureAwait(false);
    }

    private JsonValue Typed(Resources bios, string name, string value)
    {
        var current = bios.Current.Body.Child("Attributes").Child(name);
        switch (current.ValueKind)
        {
            case JsonValueKind.Undefined when bios.Pending?.Body.Child("Attributes").Has(name) != true:
                throw _connection.Error(
                    RedfishFailure.NotSupported, $"the BIOS has no attribute {name}; read the attributes to see its names");
            case JsonValueKind.Number
                when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return JsonValue.Create(number);
            case JsonValueKind.Number:
                throw _connection.Error(RedfishFailure.NotSupported, $"the BIOS attribute {name} is a number");
            case JsonValueKind.True or JsonValueKind.False when bool.TryParse(value, out var flag):
                return JsonValue.Create(flag);
            case JsonValueKind.True or JsonValueKind.False:
                throw _connection.Error(RedfishFailure.NotSupported, $"the BIOS attribute {name} is true or false");
            default:
                return JsonValue.Create(value);
        }
    }

    private static RedfishBiosState State(Resources bios)
    {
        var current = Attributes(bios.Current.Body);
        var pending = bios.Pending is null
            ? []
            : Attributes(bios.Pending.Body).Where(p => !current.TryGetValue(p.Key, out var now) || now != p.Value);
        return new RedfishBiosState(current, pending.ToDictionary(p => p.Key, p => p.Value), bios.Current.Body.Text("AttributeRegistry"));
    }

    private static Dictionary<string, string?> Attributes(JsonElement resource)
    {
        var attributes = new Dictionary<string, string?>();
        if (resource.Child("Attributes") is { ValueKind: JsonValueKind.Object } all)
            foreach (var attribute in all.EnumerateObject())
                attributes[attribute.Name] = attribute.Value.AsText();
        return attributes;
    }

    private static bool Holds(RedfishBiosState state, string name, string value)
    {
        var shown = state.Pending.TryGetValue(name, out var pending) ? pending : state.Attributes.GetValueOrDefault(name);
        return string.Equals(shown, value, StringComparison.OrdinalIgnoreCase) || (shown is null && value.Length == 0);
    }
}
