using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>UEFI Secure Boot: on or off, and its keys. A change holds from the next restart on.</summary>
public sealed class RedfishSecureBoot
{
    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishSecureBoot(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <exception cref="RedfishException">The service could not be asked, or does not show Secure Boot.</exception>
    public async Task<RedfishSecureBootState> ReadAsync(CancellationToken cancellation = default)
    {
        var resource = (await FindAsync(cancellation).ConfigureAwait(false)).Body;
        var reset = RedfishAction.Find(resource, "#SecureBoot.ResetKeys");
        IReadOnlyList<string> allowed = reset is null
            ? []
            : await reset.AllowedAsync(_connection, "ResetKeysType", cancellation).ConfigureAwait(false);
        bool? current = resource.Text("SecureBootCurrentBoot") switch
        {
            "Enabled" => true,
            "Disabled" => false,
            _ => null,
        };
        return new RedfishSecureBootState(resource.Flag("SecureBootEnable"), current, resource.Text("SecureBootMode"), allowed);
    }

    /// <summary>Turns Secure Boot on or off from the next restart on.</summary>
    /// <exception cref="RedfishException">Refused, or not shown afterwards.</exception>
    public async Task SetAsync(bool enabled, CancellationToken cancellation = default)
    {
        var current = await FindAsync(cancellation).ConfigureAwait(false);
        var settings = current.Body.Child("@Redfish.Settings").Link("SettingsObject");
        var pending = await _connection.FindAsync(settings, cancellation).ConfigureAwait(false);
        var (path, body, etag) = pending is null ? (current.Path, current.Body, current.ETag) : (settings!, pending.Body, pending.ETag);
        if ((body.Flag("SecureBootEnable") ?? current.Body.Flag("SecureBootEnable")) == enabled)
            return;
        await _connection.ChangeAsync(path, new JsonObject { ["SecureBootEnable"] = enabled }, etag, cancellation).ConfigureAwait(false);
        await _connection.UntilShownAsync(
            () => _connection.GetAsync(path, cancellation), shown => shown.Body.Flag("SecureBootEnable") is not { } now || now == enabled,
            _ => $"Secure Boot is still {(enabled ? "off" : "on")}; turn the machine off first, or set it in the firmware setup",
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Resets or deletes keys at the next restart.</summary>
    /// <exception cref="RedfishException">Not offered, or refused.</exception>
    public async Task ResetKeysAsync(RedfishKeyReset reset, CancellationToken cancellation = default)
    {
        var resource = await FindAsync(cancellation).ConfigureAwait(false);
        var action = RedfishAction.Find(resource.Body, "#SecureBoot.ResetKeys")
            ?? throw _connection.Error(RedfishFailure.NotSupported, "the BMC offers no ResetKeys for Secure Boot; use the firmware setup");
        var allowed = await action.AllowedAsync(_connection, "ResetKeysType", cancellation).ConfigureAwait(false);
        if (allowed.Count > 0 && !allowed.Contains(reset.ToString()))
            throw _connection.Error(
                RedfishFailure.NotSupported, $"the BMC does not support {reset}; it supports: {string.Join(", ", allowed)}");
        await _connection.ActAsync(action.Target!, new JsonObject { ["ResetKeysType"] = reset.ToString() }, cancellation)
            .ConfigureAwait(false);
    }

    private async Task<RedfishMember> FindAsync(CancellationToken cancellation)
    {
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var path = system.Body.Link("SecureBoot") ?? system.Path.TrimEnd('/') + "/SecureBoot";
        return await _connection.FindAsync(path, cancellation).ConfigureAwait(false) is { } answer
            ? new RedfishMember(path, answer.Body, answer.ETag)
            : throw _connection.Error(RedfishFailure.NotSupported, "the service does not report Secure Boot; use the firmware setup");
    }
}
