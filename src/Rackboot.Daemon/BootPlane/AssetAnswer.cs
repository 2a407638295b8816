using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Rackboot.Core.Assets;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.BootPlane;

/// <summary>A boot file as the answer to GET or HEAD. Firmware and iPXE ask without conditions; whoever asks for a part, or only
/// for what changed, is answered by the framework, which looks at the file's name several times for it.</summary>
internal sealed class AssetAnswer(Asset asset, MappedFile file) : IResult
{
    private const string Type = "application/octet-stream";

    public Task ExecuteAsync(HttpContext http)
    {
        var tag = new EntityTagHeaderValue($"\"{asset.Sha256[..32]}\"");
        var body = new FileBody(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), http.Features.GetRequiredFeature<DirectWriter>(), file);
        if (Conditional(http.Request.Headers))
        {
            http.Features.Set<IHttpResponseBodyFeature>(body);
            return Results.File(asset.File, Type, lastModified: asset.Added, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(http);
        }

        var headers = http.Response.Headers;
        headers.ContentType = Type;
        headers.ContentLength = file.Length;
        headers.AcceptRanges = "bytes";
        headers.ETag = tag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(asset.Added);
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : body.SendFileAsync(asset.File, 0, file.Length, http.RequestAborted);
    }

    // RFC 9110 §14.2: a range of another unit is as if it was not there; the framework takes it for bytes.
    private static bool Conditional(IHeaderDictionary headers) =>
        headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || headers.ContainsKey(HeaderNames.IfNoneMatch)
        || headers.ContainsKey(HeaderNames.IfModifiedSince) || headers.ContainsKey(HeaderNames.IfMatch) || headers.ContainsKey(HeaderNames.IfUnmodifiedSince);
}
