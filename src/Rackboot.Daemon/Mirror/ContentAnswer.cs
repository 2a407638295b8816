using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.Mirror;

/// <summary>Answers GET or HEAD with content by its digest, from memory straight to the socket. Ranges and conditions are the
/// framework's.</summary>
internal sealed class ContentAnswer(string path, string sha256, string type, MappedFile file) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers["Docker-Content-Digest"] = $"sha256:{sha256}";
        var tag = new EntityTagHeaderValue($"\"sha256:{sha256}\"");
        var body = new FileBody(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(),
            http.Features.GetRequiredFeature<DirectWriter>(), file);
        var asked = http.Request.Headers;
        if (asked.ContainsKey(HeaderNames.Range) || asked.ContainsKey(HeaderNames.IfNoneMatch) || asked.ContainsKey(HeaderNames.IfMatch))
        {
            http.Features.Set<IHttpResponseBodyFeature>(body);
            return Results.File(path, type, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(http);
        }

        headers.ContentType = type;
        headers.ContentLength = file.Length;
        headers.AcceptRanges = "bytes";
        headers.ETag = tag.ToString();
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : body.SendFileAsync(path, 0, file.Length, http.RequestAborted);
    }
}
