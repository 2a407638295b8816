using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>Finds what a request is about, and answers it.</summary>
internal sealed class Router(RedfishServer server)
{
    private Resources Resources => server.Resources;

    private ServerMood Mood => server.Mood;

    public bool IsEventStream(string path) => Same((string?)Resources[Resources.Service("EventService")]?["ServerSentEventUri"], path);

    public Reply Answer(HttpRequest request, string body, long length, bool authorized)
    {
        var path = request.Path.Value!;
        if (request.Method == "POST" && Same(path, server.Accounts.SessionsPath))
            return server.Accounts.LogIn(Json(body) ?? []);
        if (!authorized && !(request.Method == "GET" && RedfishTree.Key(path) is "/redfish" or "/redfish/v1"))
            return Reply.Error(401, "Base.1.8.NoValidSession", "There is no valid session established with the implementation.");
        if (Mood.PasswordMustChange && authorized && server.Accounts.OwnPath is { } own && !Same(path, own))
            return Reply.Error(403, "Base.1.8.PasswordChangeRequired",
                "The password provided for this account must be changed before access is granted.", own);
        return request.Method switch
        {
            "GET" => Get(request, path),
            "PATCH" => Patch(request, path, Json(body)),
            "POST" => Post(path, body, length),
            "DELETE" => server.Accounts.LogOut(path) ? Reply.NoContent : Reply.Missing,
            _ => Reply.Error(405, "Base.1.8.OperationNotAllowed", "The HTTP method is not allowed for the requested resource."),
        };
    }

    private Reply Get(HttpRequest request, string path)
    {
        if (server.Updates.Look(path) is { } task)
            return task;
        if (IsEventStream(path))
            return new Reply(200);
        if (Resources[path] is not { } resource)
            return Reply.Missing;
        var shown = (JsonObject)resource.DeepClone();
        if (shown["Members"] is JsonArray members)
            Page(request, path, shown, members);
        var etag = ETag(path);
        if (Mood.ETags != ServerMood.Etags.AsInTree)
            shown.Remove("@odata.etag");
        Mood.Garbler?.Spoil(shown);
        if (Mood.LeadTo is { } other && RedfishTree.Key(path) != "/redfish/v1")
            shown = JsonNode.Parse(shown.ToJsonString().Replace("\"/redfish/", $"\"{other}/redfish/", StringComparison.Ordinal))!
                .AsObject();
        return new Reply(200, shown) { ETag = etag };
    }

    private void Page(HttpRequest request, string path, JsonObject shown, JsonArray members)
    {
        if (Mood.PageSize is { } size)
        {
            var skip = int.Parse(request.Query["$skip"].FirstOrDefault() ?? "0", CultureInfo.InvariantCulture);
            shown["Members"] = new JsonArray([.. members.Skip(skip).Take(size).Select(m => m!.DeepClone())]);
            if (skip + size < members.Count)
                shown["Members@odata.nextLink"] = $"{path}?$skip={skip + size}";
        }

        if (request.Query.ContainsKey("$expand"))
            shown["Members"] =
                new JsonArray([.. shown["Members"]!.AsArray().Select(m => (Resources[(string)m!["@odata.id"]!] ?? m).DeepClone())]);
    }

    private Reply Patch(HttpRequest request, string path, JsonObject? body)
    {
        if (Resources[path] is not { } resource)
            return Reply.Missing;
        if (body is null)
            return Reply.Error(400, "Base.1.8.MalformedJSON", "The body is no JSON.");
        if (CheckETag(request, path) is { } refusal)
            return refusal;
        if (body["Attributes"] is not null && resource["@Redfish.Settings"] is not null)
            return Reply.Error(405, "Base.1.8.OperationNotAllowed", "The HTTP method is not allowed for the requested resource.");
        if (body["Boot"] is JsonObject boot)
        {
            if (server.Machine.CheckBoot(boot, path) is { } no)
                return no;
            if (Mood.LosesBootOverride)
                return Reply.NoContent;
        }

        if (resource["ConnectedVia"] is not null || path.Contains("/VirtualMedia/", StringComparison.Ordinal))
            return body["Image"] is null ? server.Machine.Eject(path) : server.Machine.Insert(path, body);
        Resources.Merge(resource, body);
        resource.Remove("@Redfish.SettingsApplyTime");
        Resources.Changed(path);
        if (server.Accounts.IsAccount(path))
            server.Accounts.Patched(path, body);
        return new Reply(200, (JsonObject)resource.DeepClone());
    }

    private Reply Post(string path, string body, long length)
    {
        var update = Resources[Resources.Service("UpdateService")];
        if (Same((string?)update?["HttpPushUri"], path) || Same((string?)update?["MultipartHttpPushUri"], path))
            return server.Updates.Start($"{length} bytes");
        var at = path.IndexOf("/Actions/", StringComparison.OrdinalIgnoreCase);
        if (at < 0 || Resources[path[..at]]?["Actions"] is not JsonObject actions)
            return Reply.Missing;
        var holder = path[..at];
        var (name, description) = actions.FirstOrDefault(a => a.Value is JsonObject o && Same((string?)o["target"], path));
        if (Json(body) is not { } json)
            return Reply.Error(400, "Base.1.8.MalformedJSON", "The body is no JSON.");
        switch (name)
        {
            case "#ComputerSystem.Reset":
                return server.Machine.Reset(holder, json, Allowed(description!, "ResetType"));
            case "#VirtualMedia.InsertMedia":
                return server.Machine.Insert(holder, json);
            case "#VirtualMedia.EjectMedia":
                return server.Machine.Eject(holder);
            case "#UpdateService.SimpleUpdate":
                return server.Updates.Start((string?)json["ImageURI"] ?? "");
            case "#LogService.ClearLog":
                if ((string?)Resources[holder]?["Entries"]?["@odata.id"] is { } entries)
                    Resources[entries]!["Members"] = new JsonArray();
                return Reply.NoContent;
            case "#SecureBoot.ResetKeys":
                Resources[holder]!["SecureBootMode"] = (string?)json["ResetKeysType"] == "ResetAllKeysToDefault" ? "UserMode" : "SetupMode";
                return Reply.NoContent;
            case null:
                return Reply.Missing;
            default:
                return Reply.NoContent;
        }
    }

    private Reply? CheckETag(HttpRequest request, string path)
    {
        var given = request.Headers.IfMatch.ToString();
        var strong = Resources.ETag(path, weak: false);
        var fits = Mood.ETags switch
        {
            ServerMood.Etags.Strong => given is "" or "*" || given == strong,
            ServerMood.Etags.Required => given == "*" || given == strong,
            ServerMood.Etags.WeakShownStrongWanted => given == strong,
            ServerMood.Etags.OnlyAny => given == "*",
            ServerMood.Etags.OnlyNone => given == "",
            _ => true,
        };
        if (fits)
            return null;
        return given.Length == 0
            ? Reply.Error(428, "Base.1.8.PreconditionRequired", "A precondition header or annotation is required to change this resource.")
            : Reply.Error(412, "Base.1.8.PreconditionFailed", "The ETag supplied did not match the ETag required to change this resource.");
    }

    private string? ETag(string path) => Mood.ETags switch
    {
        ServerMood.Etags.AsInTree => (string?)Resources[path]?["@odata.etag"],
        ServerMood.Etags.None => null,
        ServerMood.Etags.WeakShownStrongWanted or ServerMood.Etags.OnlyAny or ServerMood.Etags.OnlyNone => Resources.ETag(path, weak: true),
        _ => Resources.ETag(path, weak: false),
    };

    private List<string> Allowed(JsonNode action, string parameter)
    {
        var values = action[parameter + "@Redfish.AllowableValues"] as JsonArray;
        if (values is null && (string?)action["@Redfish.ActionInfo"] is { } info)
            values = (Resources[info]?["Parameters"] as JsonArray)?.FirstOrDefault(
                p => (string?)p!["Name"] == parameter)?["AllowableValues"] as JsonArray;
        return [.. (values ?? []).Select(v => (string)v!)];
    }

    private static bool Same(string? a, string? b) => a is not null && b is not null && RedfishTree.Key(a) == RedfishTree.Key(b);

    private static JsonObject? Json(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
