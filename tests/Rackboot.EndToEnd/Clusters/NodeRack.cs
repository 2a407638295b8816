using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos.Secrets;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Clusters;

/// <summary>rackbootd, the command line, and the nodes of a cluster: stand-ins in this process, each a host of its own on the rack's
/// network with a lease from the daemon, port 50000 and mutual TLS. Nothing is booted, so a cluster is up in seconds.</summary>
internal sealed class NodeRack : IAsyncDisposable
{
    public const string Old = "v1.13.8";
    public const string New = "v1.13.9";
    public const string OldKubernetes = "v1.35.1";
    public const string NewKubernetes = "v1.36.3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<string, TalosNode> _nodes = [];
    private readonly List<ClientNamespace> _hosts = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _clock;

    private NodeRack(VirtualRack rack)
    {
        Rack = rack;
        _clock = TickAsync();
    }

    public VirtualRack Rack { get; }

    public StandInRack Nodes { get; } = new(TimeProvider.System);

    public StandInKubernetes Kubernetes { get; private set; } = null!;

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("rbt-cluster-").FullName;

    public TalosNode this[string machine] => _nodes[machine];

    public IEnumerable<TalosNode> All => _nodes.Values;

    /// <summary>The secrets that the cluster's nodes run with.</summary>
    public ClusterSecrets Secrets => All.Select(n => n.ConfigurationText).OfType<string>()
        .Select(text => SecretsFile.TryRead(text, out var secrets, out _) ? secrets : null).First(s => s is not null)!;

    /// <summary>A rack of three control-plane machines and a worker in maintenance mode.</summary>
    public static async Task<NodeRack> StartAsync()
    {
        var rack = await VirtualAsync();
        rack.Kubernetes = await StandInKubernetes.StartAsync(
            () => rack.Secrets, new IPEndPoint(IPAddress.Parse("10.20.0.1"), 6443), rack.Rack.Network.Name);
        await rack.AddAsync("cp-1", "cp-2", "cp-3", "worker-1");
        return rack;
    }

    /// <summary>A rack whose cluster <c>prod</c> is ready.</summary>
    public static async Task<NodeRack> BringUpAsync()
    {
        var rack = await StartAsync();
        await rack.PutAsync(Cluster());
        await rack.WaitAsync("ready");
        return rack;
    }

    /// <summary>The document of the cluster.</summary>
    public static string Cluster(string talos = Old, string kubernetes = OldKubernetes, string more = "") =>
        $$"""
        apiVersion: v1alpha1
        kind: Cluster
        name: prod
        endpoint: https://10.20.0.1:6443
        talos: { version: {{talos}} }
        kubernetes: {{kubernetes}}
        controlPlane: { selector: { role: cp } }
        workers: { selector: { role: worker } }
        installDisk: { device: /dev/nvme0n1 }
        upgrade: { settle: 0s }
        {{more}}
        """;

    /// <summary>Puts machines into the rack, in maintenance mode; the role of each is the beginning of its name.</summary>
    public async Task AddAsync(params string[] names)
    {
        var machines = names.Select((name, i) => (Name: name, Number: _nodes.Count + 1 + i)).ToList();
        await PutAsync(string.Join("\n---\n", machines.Select(m =>
            $$"""
            apiVersion: v1alpha1
            kind: Machine
            name: {{m.Name}}
            macs: ["{{Mac(m.Number)}}"]
            address: {{Address(m.Number)}}
            labels: { role: {{m.Name.Split('-')[0]}} }
            """)));
        foreach (var node in await Task.WhenAll(machines.Select(m => StartAsync(m.Number))))
            _nodes[names[node.Number - machines[0].Number]] = node.Node;
    }

    /// <summary>Applies a document; it must be taken.</summary>
    public async Task<string> PutAsync(string document)
    {
        var file = Path.Combine(Directory, "document.yaml");
        await File.WriteAllTextAsync(file, document);
        return await RunAsync("apply", "-f", file);
    }

    /// <summary>Runs <c>rackboot</c>, which must succeed.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exit, output, error) = await Rack.RackbootAsync(arguments);
        if (exit != 0)
            Assert.Fail($"rackboot {string.Join(' ', arguments)}: {exit} {output}{error}{await StateAsync()}");
        return output;
    }

    /// <summary>Runs <c>rackboot</c>, which must refuse.</summary>
    /// <returns>What it says.</returns>
    public async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exit, output, error) = await Rack.RackbootAsync(arguments);
        Assert.True(exit != 0, $"rackboot {string.Join(' ', arguments)} succeeded: {output}");
        return error;
    }

    /// <summary>Applies a document; it must be refused.</summary>
    /// <returns>What is said of it.</returns>
    public async Task<string> RefusedPutAsync(string document)
    {
        var file = Path.Combine(Directory, "document.yaml");
        await File.WriteAllTextAsync(file, document);
        return await RefusedAsync("apply", "-f", file);
    }

    /// <summary>Waits with <c>rackboot wait</c> until the cluster is in a phase.</summary>
    public Task WaitAsync(string phase) => RunAsync("wait", "cluster/prod", "--for", phase, "--timeout", "90s");

    /// <summary>The cluster as <c>rackboot cluster status -o json</c> prints it.</summary>
    public async Task<ClusterStatus> StatusAsync() =>
        JsonSerializer.Deserialize<Cluster>(await RunAsync("cluster", "status", "prod", "-o", "json"), RackbootClient.Reading)!.Status!;

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<ClusterStatus, bool> reached)
    {
        ClusterStatus? last = null;
        await Wait.UntilAsync(async () => reached(last = (await Rack.Client.GetClusterAsync("prod")).Value.Status!),
            "the cluster has got there", Patience, async () => $"{last?.Summary}{await StateAsync()}");
    }

    /// <summary>Waits until something is so that the daemon need not be asked about.</summary>
    public Task UntilAsync(Func<bool> reached) => Wait.UntilAsync(reached, "the nodes have got there", Patience, StateAsync);

    /// <summary>The daemon is killed and starts again.</summary>
    public async Task KillDaemonAsync()
    {
        await Rack.StopDaemonAsync(signal: 9);
        await Rack.StartDaemonAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _clock;
        await Nodes.DisposeAsync();
        await Kubernetes.DisposeAsync();
        await Task.WhenAll(_hosts.Select(h => h.DisposeAsync().AsTask()));
        await Rack.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
        _end.Dispose();
    }

    private static async Task<NodeRack> VirtualAsync() => new(await TestRack.StartAsync(TestRack.Subnet + "\ndhcp: { probe: 'off' }"));

    private static string Mac(int number) => $"52:54:00:00:07:{number:x2}";

    private static string Address(int number) => $"10.20.0.{40 + number}";

    private async Task<(int Number, TalosNode Node)> StartAsync(int number)
    {
        var host = await ClientNamespace.CreateAsync(Rack.Network, $"n{number}", Mac(number));
        lock (_hosts)
            _hosts.Add(host);
        Assert.Equal(Address(number), await host.UdhcpcAsync());
        var node = await Nodes.AddAsync(new TalosNodeOptions
        {
            Listen = new IPEndPoint(IPAddress.Parse(Address(number)), 50000),
            Network = host.Name,
            Version = Old,
            Hostname = $"talos-{number}",
            EventSink = new Uri("http://10.20.0.1:4515/"),
        });
        node.RendersManifests = true;
        return (number, node);
    }

    // Stand-ins take their steps when they are looked at; real nodes do by themselves, and say so.
    private async Task TickAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var (name, node) in _nodes.ToArray())
                if (node.KubeletVersion is { } version)
                    Kubernetes.Kubelets[name] = version;
            await Task.Delay(TimeSpan.FromMilliseconds(50), _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<List<string>> EventsAsync()
    {
        var texts = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await foreach (var e in Rack.Client.WatchAsync(0, limit.Token))
                texts.Add($"{e.Time:HH:mm:ss.fff} {e.Kind} {e.Machine} {e.Text}");
        }
        catch (OperationCanceledException)
        {
            // Those that are there.
        }

        return texts;
    }

    private async Task<string> StateAsync()
    {
        var events = await EventsAsync();
        var status = await Rack.RackbootAsync("cluster", "status", "prod");
        var nodes = All.Select(n => string.Create(CultureInfo.InvariantCulture, $"{n.Hostname} {n.Stage} {n.Version} up={n.IsUp}"));
        return $"\n{string.Join('\n', nodes)}\n{status.Output}{status.Error}\n{string.Join('\n', events.TakeLast(40))}";
    }
}
