using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary><c>rackboot-lab up</c> as <c>make run</c> calls it.</summary>
public sealed class UpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan BringUp = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Ended_in_the_middle_of_its_boots_it_leaves_nothing_behind(string signal)
    {
        await using var lab = LabRun.Start();
        await AllAreOnAsync(lab.Socket, lab.Log);
        var running = await lab.ProcessesAsync();
        Assert.InRange(running.Count, 7, 20); // rackbootd, three BMCs, three machines

        Assert.Equal(130, await lab.EndAsync(signal, Patience));
        Assert.EndsWith("Stopped; nothing is left behind.\n", await File.ReadAllTextAsync(lab.Log), StringComparison.Ordinal);
        lab.AssertNothingIsLeft(running);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Three_machines_become_a_cluster_of_stand_ins_that_boots_its_disks_and_was_bootstrapped_once()
    {
        await using var lab = LabRun.Start("--keep");
        await lab.WaitForAsync("explain node-01", BringUp);
        var log = await File.ReadAllTextAsync(lab.Log);
        Assert.Contains("All is up", log, StringComparison.Ordinal);
        Assert.Contains("They are stand-ins", log, StringComparison.Ordinal);

        using var client = RackbootClient.ForSocket(lab.Socket);
        var status = (await client.GetClusterAsync("lab")).Value.Status!;
        Assert.Equal(ClusterPhase.Ready, status.Phase);
        Assert.Equal(
            ["node-01 healthy", "node-02 healthy", "node-03 healthy"], status.Machines.Select(m => $"{m.Machine} {m.Etcd}"));
        Assert.All(status.Machines, m => Assert.Equal(("v1.13.9-standin", "v1.36.3"), (m.Talos, m.Kubernetes)));
        var events = await EventsAsync(client);
        Assert.Single(events, e => e.Kind == "cluster.bootstrap" && e.Text.StartsWith("bootstraps the etcd", StringComparison.Ordinal));
        Assert.Equal(
            ["node-01", "node-02", "node-03"],
            events.Where(e => e.Kind == "cluster.machine.installed").Select(e => e.Machine).Order(StringComparer.Ordinal));
        foreach (var machine in status.Machines)
            Assert.Contains(
                "started from /dev/vda", await File.ReadAllTextAsync(lab.Console(machine.Machine)), StringComparison.Ordinal);
        var kubeconfig = await lab.RackbootAsync("cluster", "kubeconfig", "lab");
        Assert.Contains("server: https://10.20.0.10:6443", kubeconfig, StringComparison.Ordinal);
        Assert.StartsWith("machine/node-01 armed", await lab.RackbootAsync("provision", "node-01"), StringComparison.Ordinal);

        var running = await lab.ProcessesAsync();
        Assert.Equal(0, await lab.EndAsync("INT", Patience));
        lab.AssertNothingIsLeft(running);
    }

    [Fact]
    public async Task Real_Talos_that_is_neither_here_nor_reachable_is_an_error_with_what_to_do()
    {
        await using var lab = LabRun.StartOffline("--talos", "v1.13.9");
        await lab.WaitForAsync("and try again", Patience);
        Assert.Equal(1, await lab.ExitAsync(Patience));
        var log = await File.ReadAllTextAsync(lab.Log);
        Assert.Contains("Talos v1.13.9 is neither at hand nor reachable", log, StringComparison.Ordinal);
        Assert.Contains("rackboot mirror create --talos v1.13.9 --kubernetes v1.36.3 --out", log, StringComparison.Ordinal);
    }

    // Up to when the cluster was ready.
    private static async Task<List<Event>> EventsAsync(RackbootClient client)
    {
        using var limit = new CancellationTokenSource(Patience);
        var events = new List<Event>();
        await foreach (var e in client.WatchAsync(after: 0, limit.Token))
        {
            events.Add(e);
            if (e is { Kind: "cluster.phase" } && e.Text.EndsWith("is ready", StringComparison.Ordinal))
                return events;
        }

        return events;
    }

    private static async Task AllAreOnAsync(string socket, string log)
    {
        using var client = RackbootClient.ForSocket(socket);
        await Wait.UntilAsync(async () =>
        {
            try
            {
                return await client.GetMachinesAsync() is { Count: 3 } machines
                    && machines.All(m => m.Status!.Power!.State == PowerState.On);
            }
            catch (HttpRequestException)
            {
                return false; // it does not serve yet
            }
        }, "the machines are on", Patience, () => File.ReadAllTextAsync(log));
    }
}
