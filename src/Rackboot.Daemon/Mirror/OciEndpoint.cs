using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;
using Rackboot.Transfer;

namespace Rackboot.Daemon.Mirror;

/// <summary>A read-only registry on the boot plane (distribution-spec, "Pull"). It behaves like the one in Talos
/// (siderolabs/talos internal/app/machined/pkg/system/services/registry), and reports errors in the specification's form.</summary>
internal sealed class OciEndpoint(ImageStore images, ImagePulls pulls, ContentStore content, OpenFiles files)
{
    private const string BlobType = "application/octet-stream";

    internal void Map(IEndpointRouteBuilder boot)
    {
        boot.MapMethods("/v2/{**path}", ["GET", "HEAD"], (HttpContext http, string? path) => AnswerAsync(http, path ?? ""));
        boot.MapMethods("/v2/{**path}", ["POST", "PUT", "PATCH", "DELETE"], () =>
            Error(new OciError(OciErrorCode.Unsupported, "this registry is read-only")));
    }

    private async Task<IResult> AnswerAsync(HttpContext http, string path)
    {
        http.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        if (!RegistryRequest.TryParse(path, http.Request.Query["ns"], out var request, out var error))
            return Error(error);
        try
        {
            return request.Kind switch
            {
                RegistryRequestKind.Version => Results.Text("{}", "application/json"),
                RegistryRequestKind.Manifest => await ManifestAsync(http, request),
                RegistryRequestKind.Blob => Blob(http, request.Digest!.Value),
                _ => Tags(request),
            };
        }
        catch (TransferException e)
        {
            return Error(new OciError(e.Failure == TransferFailure.ServerFault
                ? OciErrorCode.TooManyRequests
                : request.Kind == RegistryRequestKind.Blob ? OciErrorCode.BlobUnknown : OciErrorCode.ManifestUnknown, e.Message));
        }
    }

    private async Task<IResult> ManifestAsync(HttpContext http, RegistryRequest request)
    {
        if (images.FindManifest(request) is { } here)
            return File(http, here, here.MediaType!);
        if (await pulls.ManifestAsync(request, http.RequestAborted) is not { } fetched)
            return Error(new OciError(OciErrorCode.ManifestUnknown,
                $"{request.Registry ?? "no registry"}/{request.Repository} {request.Tag}{request.Digest} is not in the mirror; "
                + "list its images: rackboot mirror list"));
        http.Response.Headers["Docker-Content-Digest"] = fetched.Digest.ToString();
        http.Response.ContentType = fetched.Manifest.MediaType;
        http.Response.ContentLength = fetched.Bytes.Length;
        if (HttpMethods.IsGet(http.Request.Method))
            await http.Response.Body.WriteAsync(fetched.Bytes, http.RequestAborted);
        return Results.Empty;
    }

    private IResult Blob(HttpContext http, OciDigest digest)
    {
        if (images.FindBlob(digest) is { } here)
            return File(http, here, BlobType);
        if (pulls.Blob(digest, out var arrived) is not { } fetch)
            return arrived is null
                ? Error(new OciError(OciErrorCode.BlobUnknown, $"{digest} is not in the mirror")) : File(http, arrived, BlobType);
        http.Response.Headers["Docker-Content-Digest"] = digest.ToString();
        return new ArrivingAnswer(fetch, BlobType);
    }

    private IResult Tags(RegistryRequest request) => images.Tags(request.Registry, request.Repository) is { Count: > 0 } tags
        ? Results.Json(new { name = request.Repository, tags })
        : Error(new OciError(OciErrorCode.NameUnknown, $"the mirror has no image of {request.Repository}"));

    private IResult File(HttpContext http, ImagePart part, string type)
    {
        try
        {
            var file = files.Open(content.PathOf(part.Sha256));
            http.Response.RegisterForDispose(file);
            return new ContentAnswer(content.PathOf(part.Sha256), part.Sha256, type, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Error(new OciError(OciErrorCode.BlobUnknown,
                $"reading the file of sha256:{part.Sha256} failed; import its bundle again"));
        }
    }

    private static IResult Error(OciError error) =>
        Results.Bytes(error.ToJson(), "application/json") is var body ? new StatusResult(error.Status, body) : body;

    private sealed class StatusResult(int status, IResult body) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            return body.ExecuteAsync(httpContext);
        }
    }
}
