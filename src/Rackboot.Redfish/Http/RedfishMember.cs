using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>A resource and where it is.</summary>
internal sealed record RedfishMember(string Path, JsonElement Body, string? ETag)
{
    public string Id => Body.Text("Id") ?? Path.TrimEnd('/').Split('/')[^1];
}
