using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Boot;
using Rackboot.Core.Clusters;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Storage;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos.Configuration.Generation;
using EventLog = Rackboot.Core.Events.EventLog;

namespace Rackboot.Bench.TalosRack;

/// <summary>What it costs to look at every node of a cluster, over TLS connections that stay open.</summary>
internal static class Rounds
{
    private const int ControlPlane = 3;

    /// <summary>Stand-in nodes, in a process of their own so that only the appliance's side is measured.</summary>
    public static async Task ServeAsync(int count)
    {
        var rack = new StandInRack(TimeProvider.System);
        await using (rack.ConfigureAwait(false))
        {
            for (var i = 0; i < count; i++)
                await rack.AddAsync(new TalosNodeOptions { Listen = new IPEndPoint(Loopback(i), 50000), Hostname = $"talos-{i}" })
                    .ConfigureAwait(false);
            Console.WriteLine("ready");
            Console.In.ReadToEnd();
        }
    }

    public static async Task<string> PollAsync(int count, int rounds)
    {
        var directory = Directory.CreateTempSubdirectory("talosrack").FullName;
        var store = SqliteStore.Open(Path.Combine(directory, "rackboot.db"), NullLogger.Instance);
        await using (store.ConfigureAwait(false))
        {
            var reconciler = await StartAsync(store, directory, count).ConfigureAwait(false);
            for (var i = 0; reconciler.View("prod")?.Decision.Phase != ClusterPhase.Ready; i++)
                if (i < 300)
                    await reconciler.RoundAsync("prod", default).ConfigureAwait(false);
                else
                    throw new InvalidOperationException("the cluster does not become ready");
            using var process = Process.GetCurrentProcess();
            var (before, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
            for (var i = 0; i < rounds; i++)
                await reconciler.RoundAsync("prod", default).ConfigureAwait(false);
            process.Refresh();
            var spent = (process.TotalProcessorTime - before).TotalSeconds / rounds;
            return JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["nodes"] = count,
                ["processor seconds a round"] = Math.Round(spent, 3),
                ["seconds a round"] = Math.Round(clock.Elapsed.TotalSeconds / rounds, 3),
                ["cores, a round every 5 s"] = Math.Round(spent / 5, 3),
                ["resident MB"] = process.WorkingSet64 >> 20,
            });
        }
    }

    private static async Task<ClusterReconciler> StartAsync(SqliteStore store, string directory, int count)
    {
        var time = TimeProvider.System;
        var events = new EventLog(store, time, NullLogger<EventLog>.Instance);
        var (inventory, boots, addresses) = (new Inventory(store, events, time), new BootLog(store, events, time), new AddressBook(time));
        var machines = await inventory.ApplyAsync(new Description([], [], [.. Enumerable.Range(0, count).Select(Machine)]), dryRun: false)
            .ConfigureAwait(false);
        foreach (var (machine, number) in machines.Machines.Select((m, i) => (m.Document!, i)))
            addresses.Set(Loopback(number), machine.Id, time.GetUtcNow().AddDays(1));
        var book = new ClusterBook(store, events, time);
        var nodes = new TalosNodes(book, time);
        var configurations = new ClusterConfigurations(book, () => new ClusterSurroundings { Isolated = true });
        var eye = new ClusterEye(
            book, inventory, boots, addresses, nodes, new RunningConfigurations(configurations, nodes), new NodeEventLog(), time);
        var snapshots = new EtcdSnapshots(Path.Combine(directory, "snapshots"), nodes, events, time);
        var actions = new ClusterActions(book, inventory, boots, nodes, configurations, snapshots, (_, _) => null, events, time);
        await book.PutAsync(Cluster, null, null, dryRun: false).ConfigureAwait(false);
        return new ClusterReconciler(book, eye, actions, events, time);
    }

    private static Cluster Cluster { get; } = new()
    {
        Name = "prod",
        Endpoint = new Uri("https://127.0.0.1:1"),
        TalosVersion = "v1.13.9",
        KubernetesVersion = "v1.36.3",
        ControlPlane = new ClusterPool(new Dictionary<string, string> { ["role"] = "control" }, []),
        Workers = new ClusterPool(new Dictionary<string, string> { ["role"] = "worker" }, []),
        InstallDisk = new InstallDisk { Path = "/dev/nvme0n1" },
    };

    private static MachinePut Machine(int number) => new($"node-{number:d4}", new MachineSpec
    {
        Serial = $"S-{number:d6}",
        Labels = new Dictionary<string, string> { ["role"] = number < ControlPlane ? "control" : "worker" },
    }, null);

    private static IPAddress Loopback(int number) => new([127, 77, (byte)(number / 250), (byte)(number % 250 + 1)]);
}
