using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Management.Https;

/// <summary>What the management API on the network is known by.</summary>
internal sealed class CertificateApi(ServedCertificate? certificate)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapGet(ApiPaths.Certificate, () => certificate?.Describe() is { } served
                ? Results.Json(served, Document.Json)
                : Answers.NotFound(certificate?.Problem
                    ?? "the API is not on the network; set management.https.listen in rackboot.yaml and restart rackbootd"))
            .WithSummary("The certificate of the API on the network").WithTags("access").Needs(AccessRole.Viewer, Reach.Shared)
            .Produces<ServerCertificate>().Produces<Problem>(404);
}
