using System.Text;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>One request, which may be sent again after a busy answer or an expired session.</summary>
internal sealed record RedfishRequest(HttpMethod Method, string Path)
{
    public JsonObject? Body { get; init; }

    /// <summary>A body that is not JSON; created again for each attempt.</summary>
    public Func<HttpContent>? Content { get; init; }

    public string? IfMatch { get; init; }

    /// <summary>Sent without showing who asks: the service root, and the login itself.</summary>
    public bool Anonymous { get; init; }

    public TimeSpan? Timeout { get; init; }

    public override string ToString() => $"{Method} {Path}"; // the body may be a password

    public HttpRequestMessage ToMessage(Uri address)
    {
        var message = new HttpRequestMessage(Method, address);
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("OData-Version", "4.0"); // DSP0266, "Request headers"
        if (IfMatch is not null)
            message.Headers.TryAddWithoutValidation("If-Match", IfMatch); // unchanged: some services compare the characters
        if (Content is not null)
            message.Content = Content();
        else if (Body is not null)
            message.Content = new StringContent(Body.ToJsonString(), Encoding.UTF8, "application/json");
        if (message.Content?.Headers.ContentType is { CharSet: not null } type)
            type.CharSet = null; // older services know application/json only without parameters
        return message;
    }
}
