using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>A request as the server saw it.</summary>
internal sealed record SeenRequest(string Method, string Path, string? IfMatch, bool Authorized, string Body)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public override string ToString() => $"{Method} {Path} {Body}";
}
