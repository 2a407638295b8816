using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>The machine behind the BMC: power, what the next boot takes over, virtual media.</summary>
internal sealed class Machine(RedfishServer server)
{
    private readonly List<string> _resets = [];

    /// <summary>The ResetTypes that were carried out, in order.</summary>
    public IReadOnlyList<string> Resets => _resets;

    /// <summary>What the machine booted last, as the override said; null: by its boot order.</summary>
    public string? Booted { get; private set; }

    public void SetPower(string system, string state) => server.Resources[system]!["PowerState"] = state;

    public Reply Reset(string system, JsonObject body, IReadOnlyList<string> allowed)
    {
        if ((string?)body["ResetType"] is not { } type || (allowed.Count > 0 && !allowed.Contains(type)))
            return Reply.Error(
                400, "Base.1.8.ActionParameterNotSupported", $"The parameter ResetType for the action {system} is not supported");
        _resets.Add(type);
        if (server.Mood.PowerDelay is not { } delay)
            return Reply.NoContent;
        var off = () => SetPower(system, "Off");
        var on = () => PowerOn(system);
        switch (type)
        {
            case "ForceOff" or "GracefulShutdown":
                server.Resources.Later(delay, off);
                break;
            case "PushPowerButton" when (string?)server.Resources[system]!["PowerState"] == "On":
                server.Resources.Later(delay, off);
                break;
            case "PowerCycle":
                server.Resources.Later(delay, off);
                server.Resources.Later(delay * 2, on);
                break;
            case "Nmi":
                break;
            default:
                server.Resources.Later(delay, on);
                break;
        }

        return Reply.NoContent;
    }

    public Reply Insert(string slot, JsonObject body)
    {
        if (body.Select(p => p.Key).FirstOrDefault(server.Mood.RefusedMediaProperties.Contains) is { } refused)
            return Reply.Error(400, "Base.1.8.ActionParameterUnknown", $"The action was submitted with the invalid parameter {refused}.");
        if ((string?)body["Image"] is not { Length: > 0 } image)
            return Reply.Error(
                400, "Base.1.8.ActionParameterMissing", "The action requires the parameter Image to be present in the request body.");
        server.Resources.Later(server.Mood.MediaDelay, () =>
        {
            var media = server.Resources[slot]!;
            (media["Image"], media["Inserted"], media["ConnectedVia"], media["ImageName"]) = (image, true, "URI", image.Split('/')[^1]);
            server.Resources.Changed(slot);
        });
        return Reply.NoContent;
    }

    public Reply Eject(string slot)
    {
        server.Resources.Later(server.Mood.MediaDelay, () =>
        {
            var media = server.Resources[slot]!;
            (media["Image"], media["Inserted"], media["ConnectedVia"], media["ImageName"]) = (null, false, "NotConnected", null);
            server.Resources.Changed(slot);
        });
        return Reply.NoContent;
    }

    public Reply? CheckBoot(JsonObject boot, string resource)
    {
        var properties = boot.Select(p => p.Key).ToHashSet();
        if (properties.FirstOrDefault(server.Mood.RefusedBootProperties.Contains) is { } refused)
            return Reply.Error(
                400, "Base.1.8.PropertyNotWritable", $"The property {refused} is a read only property and cannot be assigned a value.");
        if (server.Mood.RequiredBootProperties.FirstOrDefault(p => !properties.Contains(p)) is { } missing)
            return Reply.Error(
                400, "Base.1.8.PropertyMissing", $"The property {missing} is a required property and must be included in the request.");
        var allowed = server.Resources[resource]?["Boot"]?["BootSourceOverrideTarget@Redfish.AllowableValues"] as JsonArray;
        if ((string?)boot["BootSourceOverrideTarget"] is { } target && allowed is not null && allowed.All(a => (string?)a != target))
            return Reply.Error(400, "Base.1.8.PropertyValueNotInList",
                $"The value {target} for the property BootSourceOverrideTarget is not in the list of acceptable values.");
        return null;
    }

    private void PowerOn(string path)
    {
        var system = server.Resources[path]!;
        system["PowerState"] = "On";
        if (system["LastResetTime"] is not null)
            system["LastResetTime"] = server.Resources.Now.ToString("O");
        var settings = (string?)system["@Redfish.Settings"]?["SettingsObject"]?["@odata.id"];
        Booted = TakeOverride(settings is null ? null : server.Resources[settings]) ?? TakeOverride(system);
        var bios = (string?)system["Bios"]?["@odata.id"] is { } b ? server.Resources[b] : null;
        if ((string?)bios?["@Redfish.Settings"]?["SettingsObject"]?["@odata.id"] is { } pending
            && server.Resources[pending]?["Attributes"] is JsonObject staged)
            Resources.Merge(bios["Attributes"]!.AsObject(), staged);
        server.Resources.Changed(path);
    }

    private static string? TakeOverride(JsonObject? resource)
    {
        if (resource?["Boot"] is not JsonObject boot || (string?)boot["BootSourceOverrideEnabled"] is null or "Disabled")
            return null;
        var target = (string?)boot["BootSourceOverrideTarget"];
        if ((string?)boot["BootSourceOverrideEnabled"] == "Once")
            (boot["BootSourceOverrideEnabled"], boot["BootSourceOverrideTarget"]) = ("Disabled", "None");
        return target;
    }
}
