using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>An answer of the test server.</summary>
internal sealed record Reply(int Status, JsonObject? Body = null)
{
    public string? Location { get; init; }

    public string? Token { get; init; }

    public string? ETag { get; init; }

    public string? RetryAfter { get; init; }

    public static Reply NoContent { get; } = new(204);

    public static Reply Missing { get; } = Error(404, "Base.1.8.ResourceMissingAtURI", "The resource at the URI was not found.");

    public static Reply Error(int status, string id, string message, params string[] arguments) => new(status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = "Base.1.8.GeneralError",
            ["message"] = "A general error has occurred. See ExtendedInfo for more information.",
            ["@Message.ExtendedInfo"] = new JsonArray(new JsonObject
            {
                ["MessageId"] = id,
                ["Message"] = message,
                ["Severity"] = "Critical",
                ["MessageArgs"] = new JsonArray([.. arguments]),
            }),
        },
    });
}
