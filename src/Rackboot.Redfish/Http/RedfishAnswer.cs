using System.Net;
using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>What a service answered, read to its end and within bounds.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The JSON, or an element of kind Undefined where there was none.</param>
/// <param name="ETag">The ETag header as it came, or the body's <c>@odata.etag</c>.</param>
/// <param name="Location">The Location header as it came.</param>
/// <param name="RetryAfter">How long the service wants to be left alone.</param>
/// <param name="Token">X-Auth-Token of a new session.</param>
internal sealed record RedfishAnswer(
    HttpStatusCode Status, JsonElement Body, string? ETag, string? Location, TimeSpan? RetryAfter, string? Token)
{
    public bool Succeeded => (int)Status is >= 200 and < 300;

    public bool IsMissing =>
        Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.Gone;

    public override string ToString() => $"HTTP {(int)Status}";
}
