using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>The appliance loses power while it brings three stand-in machines up: at every moment at which it touches its disk or a
/// node.</summary>
public sealed class PowerCutTests
{
    // As many moments as a bring-up of three machines has at least; more of them are tried as the plan grows.
    private const int FewestMoments = 36;

    private static readonly Lazy<ClusterSecrets> Secrets =
        new(() => SecretsGenerator.Generate(new TalosRelease(1, 13), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    [Fact]
    public async Task Three_machines_become_one_cluster_at_whichever_moment_the_appliance_loses_power()
    {
        var moments = await BringUpAsync(cut: null);
        Assert.True(moments >= FewestMoments, $"{moments} moments");
        for (var cut = 0; cut < moments; cut++)
            await BringUpAsync(cut);
    }

    // Brings a cluster up, with a power cut at one moment. Returns how many moments there were.
    private static async Task<int> BringUpAsync(int? cut)
    {
        var cuts = new PowerCuts { At = cut };
        await using var cluster = new StandInCluster
        {
            Disk = store => new CuttableStore(store, cuts),
            Wire = nodes => new CuttableNodes(nodes, cuts)
        };
        await cluster.AddMachinesAsync(worker: false);
        await cluster.SeedAsync(Secrets.Value);
        for (var round = 0; round < 100 && !IsWhole(cluster); round++)
            try
            {
                await cluster.RoundAsync();
            }
            catch (PowerCutException)
            {
                cuts.Restore();
                cluster.StartAppliance();
            }

        var where = cut is { } at ? $"power was cut {cuts.Names.ElementAtOrDefault(at)} ({at})" : "power was never cut";
        Assert.True(IsWhole(cluster), $"{where}: the cluster is {cluster.Decision.Phase}");
        Assert.True(cluster.Nodes.EtcdClustersOf(cluster.ClusterId) == 1,
            $"{where}: there are {cluster.Nodes.EtcdClustersOf(cluster.ClusterId)} clusters");
        Assert.True(cluster.All.Count(n => n.Calls.Contains("Bootstrap")) == 1, $"{where}: several machines were told to make etcd");
        return cuts.Moments;
    }

    private static bool IsWhole(StandInCluster cluster) =>
        cluster.IsReady && cluster.Members.Count == 3 && cluster.Book.Memory("prod") is { Bootstrap.Done: true, Configured: not null };
}
