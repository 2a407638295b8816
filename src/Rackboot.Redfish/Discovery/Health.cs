using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>Status of a resource (Resource schema, Status).</summary>
internal static class Health
{
    /// <summary>OK, Warning, Critical; null if the service does not say.</summary>
    public static string? Of(JsonElement resource) => resource.Child("Status").Text("Health") ?? resource.Child("Status").Text("HealthRollup");

    public static bool IsAbsent(JsonElement resource) => resource.Child("Status").Text("State") == "Absent";
}
