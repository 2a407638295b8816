using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Reads and sets what a machine boots next. A write counts only when it can be read back.</summary>
public sealed class RedfishBoot
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;
    private readonly RedfishBios _bios;

    // The resource that took the last write.
    private string? _taker;

    internal RedfishBoot(RedfishConnection connection, RedfishPlaces places, RedfishBios bios) =>
        (_connection, _places, _bios) = (connection, places, bios);

    /// <summary>The resource that a boot override is written to.</summary>
    private sealed record Place(string Path, JsonElement Boot, string? ETag);

    /// <exception cref="RedfishException">The service could not be asked, or has no boot settings.</exception>
    public async Task<RedfishBootSettings> ReadAsync(CancellationToken cancellation = default) =>
        Settings(await PlacesAsync(cancellation).ConfigureAwait(false));

    /// <summary>Sets the override and reads it back.</summary>
    /// <returns>The settings as they are now.</returns>
    /// <exception cref="RedfishException">
    /// <see cref="RedfishFailure.NotSupported"/>: this target, duration or URL is not offered. <see cref="RedfishFailure.Refused"/>: the
    /// service refused it, or said yes and shows something else.
    /// </exception>
    public async Task<RedfishBootSettings> SetAsync(RedfishBootOverride wanted, CancellationToken cancellation = default)
    {
        var places = await PlacesAsync(cancellation).ConfigureAwait(false);
        if (wanted.Duration == RedfishBootDuration.Disabled && Shows(places, wanted))
            return Settings(places);
        var word = WordFor(wanted, places);
        await WriteUriAsync(wanted, places, cancellation).ConfigureAwait(false);
        await WriteAsync(wanted, word, places, cancellation).ConfigureAwait(false);

        var shown = await _connection.UntilShownAsync(
            () => PlacesAsync(cancellation), p => Shows(p, wanted),
            p => $"the boot override is {Describe(Settings(p).Override)}, not {Describe(wanted)}; set it again, set it while the "
                + "machine is off, "
                + "or, if the BMC turns Once into Continuous, set Continuous and disable it after the boot",
            cancellation).ConfigureAwait(false);
        return Settings(shown);
    }

    // The override is written to the settings resource if that holds one (openstack/sushy does so; AMI: DMTF/Redfish-Tacklebox issue 144),
    // else to the system itself.
    private async Task<List<Place>> PlacesAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var places = new List<Place>();
        var settings = system.Body.Child("@Redfish.Settings").Link("SettingsObject");
        if (settings is not null && await _connection.FindAsync(settings, cancellation).ConfigureAwait(false) is { } pending
            && pending.Body.Child("Boot").Has(BootWords.TargetProperty))
            places.Add(new Place(settings, pending.Body.Child("Boot"), pending.ETag));
        if (system.Body.Child("Boot").ValueKind == JsonValueKind.Object)
            places.Add(new Place(system.Path, system.Body.Child("Boot"), system.ETag));
        return places.Count > 0
            ? places
            : throw _connection.Error(
                RedfishFailure.NotSupported, $"the service has no boot settings for system {system.Id}; use IPMI for the boot device");
    }

    private RedfishBootSettings Settings(List<Place> places)
    {
        var boot = places[^1].Boot;
        var allowed = Allowed(places, BootWords.TargetProperty);
        return new RedfishBootSettings(
            BootWords.Read(Deciding(places).Boot, _connection.Quirks), allowed, boot.Texts("BootOrder"),
            BootWords.WordFor(RedfishBootTarget.UefiHttp, allowed, _connection.Quirks) is not null,
            places.Any(p => p.Boot.Has(BootWords.UriProperty)) || _connection.Quirks.TakesHttpBootUri
                || _connection.Quirks.HttpBootAttributes.Count > 0);
    }

    private static IReadOnlyList<string> Allowed(List<Place> places, string property) =>
        places.Select(p => p.Boot.Texts(property + "@Redfish.AllowableValues")).FirstOrDefault(v => v.Count > 0) ?? [];

    // A settings resource holds what the next reset brings (DSP0266 §9.10), and the system goes on showing what is in force until then.
    // Where a write to the settings was refused and the system took it, that is what counts; and until something was written, an override
    // anywhere.
    private Place Deciding(List<Place> places) =>
        places.Find(p => p.Path == _taker)
        ?? places.Find(p => BootWords.Read(p.Boot, _connection.Quirks).Duration != RedfishBootDuration.Disabled)
        ?? places[^1];

    private bool Shows(List<Place> places, RedfishBootOverride wanted) => places.Any(p =>
    {
        var shown = BootWords.Read(p.Boot, _connection.Quirks);
        if (wanted.Duration == RedfishBootDuration.Disabled)
            return BootWords.Read(Deciding(places).Boot, _connection.Quirks).Duration == RedfishBootDuration.Disabled;
        return shown.Target == wanted.Target && shown.Duration == wanted.Duration
            && (wanted.Mode is null || shown.Mode is null || shown.Mode == wanted.Mode)
            && (wanted.HttpBootUri is null || !p.Boot.Has(BootWords.UriProperty) || shown.HttpBootUri == wanted.HttpBootUri);
    });

    private string WordFor(RedfishBootOverride wanted, List<Place> places)
    {
        var allowed = Allowed(places, BootWords.TargetProperty);
        var durations = Allowed(places, BootWords.EnabledProperty);
        if (wanted.Duration != RedfishBootDuration.Disabled && durations.Count > 0 && !durations.Contains(wanted.Duration.ToString()))
            throw _connection.Error(
                RedfishFailure.NotSupported,
                $"the BMC supports no {wanted.Duration} boot override, only {string.Join(", ", durations)}; set it Once before every boot");
        return BootWords.WordFor(wanted.Target, allowed, _connection.Quirks)
            ?? throw _connection.Error(
                RedfishFailure.NotSupported, $"the BMC cannot boot from {wanted.Target}; it supports: {string.Join(", ", allowed)}");
    }

    private async Task WriteUriAsync(RedfishBootOverride wanted, List<Place> places, CancellationToken cancellation)
    {
        if (wanted.HttpBootUri is null || places.Any(p => p.Boot.Has(BootWords.UriProperty)))
            return;
        if (_connection.Quirks.HttpBootAttributes.Count == 0)
            return; // it may be taken all the same: a property that is not set may not be shown
        var uri = wanted.HttpBootUri.AbsoluteUri;
        var attributes = _connection.Quirks.HttpBootAttributes.ToDictionary(
            a => a.Key, a => a.Value.Replace("{0}", uri, StringComparison.Ordinal));
        await _bios.StageAsync(attributes, cancellation).ConfigureAwait(false);
    }

    private async Task WriteAsync(RedfishBootOverride wanted, string word, List<Place> places, CancellationToken cancellation)
    {
        RedfishAnswer? answer = null;
        foreach (var place in places)
            foreach (var body in Bodies(wanted, word, place.Boot))
            {
                answer = await _connection.PatchAsync(place.Path, new JsonObject { ["Boot"] = body }, place.ETag, cancellation)
                    .ConfigureAwait(false);
                if (answer.Succeeded)
                {
                    _taker = place.Path;
                    return;
                }

                if (answer.Status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed
                    or HttpStatusCode.Conflict))
                    throw _connection.Refusal(answer, $"the boot override {Describe(wanted)}");
            }

        throw _connection.Refusal(answer!, $"the boot override {Describe(wanted)}");
    }

    // From what the vendor is known to want to what is left: with the mode, without it, the target and its duration one by one.
    private IEnumerable<JsonObject> Bodies(RedfishBootOverride wanted, string word, JsonElement boot)
    {
        var now = BootWords.Read(boot, _connection.Quirks).Mode;
        var mode = wanted.Mode ?? now;
        var writes = _connection.Quirks.BootMode switch
        {
            BootModeUse.Always => mode is not null || wanted.Duration != RedfishBootDuration.Disabled,
            BootModeUse.Never => false,
            _ => wanted.Mode is not null && wanted.Mode != now,
        };
        yield return Body(wanted, word, boot, writes ? mode ?? RedfishBootMode.Uefi : null);
        var changes = wanted.Mode is not null && now is not null && wanted.Mode != now;
        if (writes && !changes)
            yield return Body(wanted, word, boot, null);
        else if (!writes)
            yield return Body(wanted, word, boot, mode ?? RedfishBootMode.Uefi);
        if (boot.Text(BootWords.EnabledProperty) == wanted.Duration.ToString())
            yield return new JsonObject { [BootWords.TargetProperty] = word }; // some refuse what does not change (ironic story 2007355)
    }

    private JsonObject Body(RedfishBootOverride wanted, string word, JsonElement boot, RedfishBootMode? mode)
    {
        var body = new JsonObject { [BootWords.EnabledProperty] = wanted.Duration.ToString(), [BootWords.TargetProperty] = word };
        if (mode is { } m)
            body[BootWords.ModeProperty] = BootWords.WordFor(m);
        if (wanted.HttpBootUri is { } uri && (boot.Has(BootWords.UriProperty) || _connection.Quirks.HttpBootAttributes.Count == 0))
            body[BootWords.UriProperty] = uri.AbsoluteUri;
        return body;
    }

    private static string Describe(RedfishBootOverride o) =>
        o.Duration == RedfishBootDuration.Disabled ? "none" : $"{o.Target} {o.Duration}{(o.Mode is { } m ? $" {m}" : "")}";
}
