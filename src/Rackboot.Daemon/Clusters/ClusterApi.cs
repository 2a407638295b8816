using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;
using Rackboot.Talos.Configuration;

namespace Rackboot.Daemon.Clusters;

/// <summary>Clusters: documents, status and client files.</summary>
internal sealed class ClusterApi(ClusterBook book, ClusterReconciler reconciler, ClusterAccess access,
    ClusterConfigurations configurations, AssetStore assets, Inventory inventory, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Clusters).WithTags("clusters");
        group.MapGet("", () => Answers.List(book.All.Select(Write)))
            .Needs(AccessRole.Viewer)
            .WithSummary("All clusters").Produces<ItemList<Contracts.Cluster>>();
        group.MapGet("{name}", (HttpContext http, string name) =>
                book.Find(name) is { } cluster ? Answers.Versioned(http, Write(cluster), cluster.Version) : Missing(name))
            .Needs(AccessRole.Viewer)
            .WithSummary("Get one cluster and its status").Produces<Contracts.Cluster>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Create or replace a cluster; its secrets come from the document, or are generated")
            .Accepts<Contracts.Cluster>("application/json").Produces<Contracts.Cluster>().Produces<Contracts.Cluster>(201)
            .Produces<Problem>(409).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (
            HttpContext http, string name, [Description("Check only; change nothing.")] bool dryRun = false) =>
                await book.DeleteAsync(name, Answers.Expected(http.Request), dryRun, Caller.Of(http)) is { } refusal
                    ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Operator)
            .WithSummary("Delete a cluster that has no machines left, and its secrets").Produces(204).Produces<Problem>(404)
                .Produces<Problem>(409);
        group.MapPost("{name}/access", (Delegate)AccessAsync)
            .Needs(AccessRole.Operator, secrets: true)
            .WithSummary("Issue a talosconfig or a kubeconfig, or export the cluster's secrets; the answer contains secrets")
            .Accepts<ClusterAccessOrder>("application/json").Produces<ClusterAccessFile>().Produces<Problem>(404).Produces<Problem>(422);
        group.MapPost("{name}/machines/{machine}/removal", (Delegate)RemoveAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Remove a machine from the cluster and wipe it; with lost, the machine is gone for good and is not contacted")
            .Accepts<ClusterRemoval>("application/json").Produces<Contracts.Cluster>(202).Produces<Problem>(404).Produces<Problem>(409);
        group.MapPost("{name}/upgrade", (Delegate)UpgradeAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Resume a stopped upgrade, or stop one").Accepts<ClusterUpgradeOrder>("application/json")
            .Produces<Contracts.Cluster>(202).Produces<Problem>(404).Produces<Problem>(409);
        api.MapPost(ApiPaths.Machines + "/{name}/configuration", (Delegate)RenderAsync).WithTags("clusters")
            .Needs(AccessRole.Viewer, Reach.Machine, more: "With secrets it needs the role operator and the right to read them")
            .WithSummary("Get the configuration of a cluster's machine; its secrets only on request")
            .Accepts<RenderOrder>("application/json").Produces<RenderedConfiguration>().Produces<Problem>(404).Produces<Problem>(409);
        group.MapPost("{name}/bootstrap", (Delegate)BootstrapAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Bootstrap the cluster's etcd on another machine, if the chosen one is gone for good")
            .Accepts<ClusterBootstrapOrder>("application/json").Produces<Contracts.Cluster>(202).Produces<Problem>(404)
            .Produces<Problem>(409);
    }

    private async Task<IResult> RenderAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<RenderOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        if (book.All.FirstOrDefault(c => ClusterMembership.RoleOf(machine, c) is not null) is not { } cluster)
            return Answers.Refused(
                Core.Refusal.Conflict("", $"{name} is in no cluster; its configuration is the applied machineConfig"));
        if (order.Secrets && Identity.Of(http).Rights is not { Role: >= AccessRole.Operator, Secrets: true })
            return Answers.Forbidden("secrets need the role operator and the right to read secrets; ask without them");
        AuditNote.Of(http).Detail = order.Secrets ? "with secrets" : null;
        var composed = configurations.Compose(cluster, machine);
        var content = composed.Configuration is { } secret ? System.Text.Encoding.UTF8.GetString(secret.Reveal().Span) : null;
        return Results.Json(
            new RenderedConfiguration(
                content is null || order.Secrets ? content : WithoutSecrets(content), composed.Mistakes, composed.Warnings), Document.Json);
    }

    private async Task<IResult> PutAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.Cluster>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Cluster", name, errors);
        var (cluster, imported) = ClusterDocuments.Read(document, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        if (ClusterMembership.Shared(cluster, book.All, inventory.Fleet.Machines) is var (machine, other))
            return Answers.Refused(Core.Refusal.Conflict("/controlPlane/selector",
                $"machine {machine.Name} also matches cluster {other.Name}; give it the label {Core.Clusters.Cluster.Label}, or "
                    + $"narrow a selector"));
        var applied = await book.PutAsync(cluster, imported, Answers.Expected(http.Request), dryRun, Caller.Of(http));
        if (applied.Refusal is { } refusal)
            return Answers.Refused(refusal);
        reconciler.Wake();
        return Answers.Versioned(http, Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    private async Task<IResult> AccessAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterAccessOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        var answer = access.Mint(cluster, order, Caller.Of(http), errors);
        return answer is null ? Answers.Invalid(errors) : Results.Json(answer, Document.Json);
    }

    private async Task<IResult> RemoveAsync(HttpContext http, string name, string machine)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterRemoval>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        return Accepted(cluster, await reconciler.RemoveAsync(cluster, machine, order.Lost, Caller.Of(http)));
    }

    private async Task<IResult> UpgradeAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterUpgradeOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        return Accepted(
            cluster, await reconciler.ChangeRolloutAsync(cluster, order.Action == ClusterUpgradeAction.Resume, Caller.Of(http)));
    }

    private async Task<IResult> BootstrapAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ClusterBootstrapOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (book.Find(name) is not { } cluster)
            return Missing(name);
        return Accepted(cluster, await reconciler.BootstrapInsteadOfAsync(cluster, order.InsteadOf, Caller.Of(http)));
    }

    private IResult Accepted(Core.Clusters.Cluster cluster, Core.Refusal? refusal) =>
        refusal is not null
            ? Answers.Refused(refusal)
            : Results.Json(Write(cluster), Document.Json, statusCode: StatusCodes.Status202Accepted);

    internal Contracts.Cluster Write(Core.Clusters.Cluster cluster) => ClusterDocuments
        .Write(cluster, ClusterStatuses
            .Write(cluster, reconciler.View(cluster.Name), book.Memory(cluster.Name), time.GetUtcNow()) with
        { Warnings = Warnings(cluster) });

    private List<string>? Warnings(Core.Clusters.Cluster cluster)
    {
        var warnings = ClusterChecks.Warnings(cluster, [.. inventory.Fleet.Machines]).ToList();
        if (book.Secrets(cluster.Name) is { } secrets)
            warnings.AddRange(AuthorityChecks.Warnings(cluster.Name, secrets, time.GetUtcNow()));
        var architectures = ClusterMembership.Of(cluster, inventory.Fleet.Machines).Select(m => m.Machine.Observed.Architecture ?? "amd64")
            .Distinct();
        foreach (var profile in architectures.Select(new ClusterSeat(cluster.Name, cluster.TalosVersion, cluster.Schematic).Profile))
            if (!assets.All.ContainsKey(profile.KernelAsset) || !assets.All.ContainsKey(profile.InitramfsAsset))
                warnings.Add(
                    $"the appliance lacks its boot files for {profile.Architecture}; fetch them: {profile.PullCommand}");
        return warnings.Count == 0 ? null : warnings;
    }

    private static string WithoutSecrets(string configuration) =>
        SecretRedaction.Redact(MachineConfiguration.Read(configuration, new ConfigurationOptions(), [])).ToYaml();

    private static IResult Missing(string name) => Answers.NotFound($"there is no cluster {name}");
}
