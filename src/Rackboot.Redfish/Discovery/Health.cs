using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Status of a resource (Resource schema, Status).</summary>
internal static class Health
{
    private static readonly string[] FromBadToGood = ["Critical", "Warning", "OK"];

    /// <summary>Its own health or that of its parts, whichever is worse: OK, Warning, Critical; null if the service does not say.</summary>
    public static string? Of(JsonElement resource)
    {
        var status = resource.Child("Status");
        string?[] told = [status.Text("Health"), status.Text("HealthRollup")];
        return FromBadToGood.FirstOrDefault(told.Contains) ?? told[0];
    }

    public static bool IsAbsent(JsonElement resource) => resource.Child("Status").Text("State") == "Absent";
}
