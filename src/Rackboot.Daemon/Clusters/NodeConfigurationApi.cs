using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Daemon.Clusters;

/// <summary>Compares the running with the desired configuration of cluster machines.</summary>
internal sealed class NodeConfigurationApi(ClusterBook book, Inventory inventory, AddressBook addresses, IClusterNodes nodes,
    ClusterConfigurations configurations)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapGet(ApiPaths.Machines + "/{name}/configuration/diff", (Delegate)DiffAsync).WithTags("clusters")
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary("Compare a machine's running configuration with its desired configuration; without secrets")
            .Produces<ConfigurationDiff>().Produces<Problem>(404).Produces<Problem>(409);

    private async Task<IResult> DiffAsync(HttpContext http, string name)
    {
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        if (book.All.FirstOrDefault(c => ClusterMembership.RoleOf(machine, c) is not null) is not { } cluster)
            return Refused($"{name} is in no cluster, so the appliance has no access to its Talos API; label it, or check a file by hand: "
                + "rackboot config validate");
        if ((addresses.Of(machine.Id) ?? machine.Spec?.Address) is not { } address)
            return Refused($"{name} has no address; power it on: rackboot power on {name}");
        try
        {
            var running = await nodes.ConfigurationAsync(cluster, address, http.RequestAborted);
            var wanted = configurations.ComposeRunning(cluster, machine, running);
            if (wanted.Configuration is not { } configuration)
                return Refused($"the configuration of {name} has errors: {string.Join("; ", wanted.Mistakes)}; correct the patches "
                    + "and apply the cluster again");
            var text = new SecretText(System.Text.Encoding.UTF8.GetString(configuration.Reveal().Span));
            if (!ConfigurationComparison.TryDiff(running, text, $"{name} runs", $"cluster {cluster.Name} wants", out var diff,
                out var error))
                return Refused($"comparing the configuration that {name} runs failed: {error}");
            var restart = diff.Length > 0 && await nodes.NeedsRestartAsync(cluster, address, configuration, http.RequestAborted);
            return Results.Json(new ConfigurationDiff(name, diff.Length > 0, diff, restart), Document.Json);
        }
        catch (ClusterNodeException e)
        {
            return Refused($"{name} did not answer: {e.Message}");
        }
    }

    private static IResult Refused(string message) => Answers.Refused(Refusal.Conflict("", message));
}
