using System.ComponentModel;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Clusters;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Clusters;

/// <summary>Maintenance of a cluster: snapshots and their restore, new CAs and tokens.</summary>
internal sealed class ClusterCareApi(
    ClusterBook book, ClusterOrders orders, EtcdSnapshots snapshots, Func<Core.Clusters.Cluster, Contracts.Cluster> write)
{
    private const long MostSnapshotBytes = 10L << 30; // etcd's own limit is 8 GiB

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Clusters + "/{name}").WithTags("clusters");
        group.MapGet("snapshots", (string name) => book.Find(name) is null ? Missing(name) : Answers.List(snapshots.Of(name).Select(Write)))
            .Needs(AccessRole.Viewer)
            .WithSummary("List the appliance's snapshots of the cluster's etcd, newest first")
            .Produces<ItemList<ClusterSnapshot>>().Produces<Problem>(404);
        group.MapGet("snapshots/{id}", Download)
            .Needs(AccessRole.Operator, secrets: true)
            .WithSummary("Download a snapshot of the cluster's etcd; it contains secrets")
            .Produces(200, contentType: "application/octet-stream").Produces<Problem>(404);
        group.MapPost("snapshots", (Delegate)AddAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Import the request body as a snapshot, completely or not at all")
            .Produces<ClusterSnapshot>(201).Produces<Problem>(404).Produces<Problem>(409).Produces<Problem>(422);
        group.MapPost("restore", (Delegate)RestoreAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Restore etcd from a snapshot; refused while etcd is healthy, unless forced")
            .Accepts<ClusterRestoreOrder>("application/json").Produces<Contracts.Cluster>(202)
            .Produces<Problem>(404).Produces<Problem>(409);
        group.MapPost("renewal", (Delegate)RenewAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Rotate CAs or tokens of the running cluster without an outage, or list the steps")
            .Accepts<ClusterRenewalOrder>("application/json").Produces<ClusterRenewal>().Produces<ClusterRenewal>(202)
            .Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> RenewAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterRenewalOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        var targets = (order.Targets is { Count: > 0 } asked ? asked : [ClusterRenewalTarget.Talos, ClusterRenewalTarget.Kubernetes])
            .Distinct().Select(t => (RenewalTarget)t).ToList();
        if (await orders.RenewAsync(cluster, targets, order.DryRun, Caller.Of(http)) is { } refusal)
            return Answers.Refused(refusal);
        var answer = new ClusterRenewal([.. targets.SelectMany(SecretsRotation.Steps)]);
        return Results.Json(answer, Document.Json, statusCode: order.DryRun ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    private IResult Download(string name, string id) => book.Find(name) is null ? Missing(name)
        : snapshots.Find(name, id) is { } file ? Results.File(file.FullName, "application/octet-stream", file.Name)
        : Answers.NotFound($"cluster {name} has no snapshot {id}; list them: rackboot cluster snapshots {name}");

    private async Task<IResult> AddAsync(
        HttpContext http, string name,
            [Description("The body is a copy of etcd's data file, which has no checksum.")] bool skipHashCheck = false)
    {
        if (book.Find(name) is null)
            return Missing(name);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostSnapshotBytes;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var applied = await snapshots.AddAsync(name, http.Request.Body, skipHashCheck, http.RequestAborted);
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : Results.Json(Write(applied.Document!), Document.Json, statusCode: StatusCodes.Status201Created);
    }

    private async Task<IResult> RestoreAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterRestoreOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        return Accepted(cluster, await orders.RestoreAsync(cluster, order.Snapshot, order.SkipHashCheck, order.Force, Caller.Of(http)));
    }

    private IResult Accepted(Core.Clusters.Cluster cluster, Refusal? refusal) => refusal is not null
        ? Answers.Refused(refusal)
        : Results.Json(write(cluster), Document.Json, statusCode: StatusCodes.Status202Accepted);

    private static ClusterSnapshot Write(FileInfo file) => new(file.Name, file.Length);

    private static IResult Missing(string name) => Answers.NotFound($"there is no cluster {name}");
}
