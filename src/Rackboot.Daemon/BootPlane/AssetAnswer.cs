using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Rackboot.Core.Assets;
using Rackboot.Daemon.BootPlane.Transport;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Answers GET or HEAD with a boot file: complete, a range, or 304. The headers describe the mapped file; the framework's
/// own answer opens the file's name again, which may by then be gone or name a file of another
/// size.</summary>
internal sealed class AssetAnswer(Asset asset, MappedFile file) : IResult
{
    private const string Type = "application/octet-stream";

    public Task ExecuteAsync(HttpContext http)
    {
        var request = http.Request;
        var tag = new EntityTagHeaderValue($"\"{asset.Sha256[..32]}\"");
        // as the header has it
        var modified = new DateTimeOffset(asset.Added.Ticks - asset.Added.Ticks % TimeSpan.TicksPerSecond, asset.Added.Offset);
        var headers = http.Response.Headers;
        headers.AcceptRanges = "bytes";
        headers.ETag = tag.ToString();
        headers.LastModified = HeaderUtilities.FormatDate(modified);

        var (from, length) = (0L, file.Length);
        if (IsConditional(request.Headers))
        {
            var conditions = request.GetTypedHeaders();
            if (Refused(conditions, tag, modified) is { } status)
            {
                http.Response.StatusCode = status;
                return Task.CompletedTask;
            }

            switch (Part(conditions, tag, modified))
            {
                case (var first, var bytes) when bytes > 0:
                    (from, length) = (first, bytes);
                    http.Response.StatusCode = StatusCodes.Status206PartialContent;
                    headers.ContentRange = $"bytes {from}-{from + length - 1}/{file.Length}";
                    break;
                case { }:
                    http.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
                    headers.ContentRange = $"bytes */{file.Length}";
                    return Task.CompletedTask;
            }
        }

        headers.ContentType = Type;
        headers.ContentLength = length;
        if (HttpMethods.IsHead(request.Method))
            return Task.CompletedTask;
        var body = new FileBody(
            http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), http.Features.GetRequiredFeature<DirectWriter>(), file);
        return body.SendFileAsync(asset.File, from, length, http.RequestAborted);
    }

    // Firmware and iPXE send no conditions: skip parsing them.
    private static bool IsConditional(IHeaderDictionary headers) =>
        headers.ContainsKey(HeaderNames.Range) || headers.ContainsKey(HeaderNames.IfNoneMatch)
            || headers.ContainsKey(HeaderNames.IfModifiedSince)
        || headers.ContainsKey(HeaderNames.IfMatch) || headers.ContainsKey(HeaderNames.IfUnmodifiedSince);

    // RFC 9110 §13.2.2, in its order. An unreadable date or tag is ignored.
    private static int? Refused(RequestHeaders conditions, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var (match, noneMatch) = (conditions.IfMatch, conditions.IfNoneMatch);
        if (match.Count > 0 ? !Names(match, tag, strong: true) : conditions.IfUnmodifiedSince is { } unmodified && modified > unmodified)
            return StatusCodes.Status412PreconditionFailed;
        return (noneMatch.Count > 0 ? Names(noneMatch, tag, strong: false) : conditions.IfModifiedSince is { } since && modified <= since)
            ? StatusCodes.Status304NotModified
            : null;
    }

    // §14.2: supports only the unit bytes, only GET, only one range; otherwise answers with the whole file. Null is the whole file, and
    // an empty range is one outside the file.
    private (long From, long Length)? Part(RequestHeaders conditions, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        if (conditions.Range is not { Ranges.Count: 1 } range || !range.Unit.Equals("bytes", StringComparison.OrdinalIgnoreCase))
            return null;
        if (conditions.IfRange is { } unless && (unless.EntityTag is { } known
            ? !known.Compare(tag, useStrongComparison: true)
            : modified != unless.LastModified))
            return null;
        var part = range.Ranges.First();
        var from = part.From ?? Math.Max(0, file.Length - part.To!.Value);
        var last = part.From is null || part.To is null ? file.Length - 1 : Math.Min(file.Length - 1, part.To.Value);
        return (from, last - from + 1);
    }

    private static bool Names(IList<EntityTagHeaderValue> tags, EntityTagHeaderValue tag, bool strong)
    {
        foreach (var named in tags)
            if (named.Equals(EntityTagHeaderValue.Any) || named.Compare(tag, strong))
                return true;
        return false;
    }
}
