using System.Net;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Generation;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.Tests.StandIn;

/// <summary>A rack of stand-in nodes, each on a loopback address of its own, and clients for them.</summary>
internal sealed class NodeRoom : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<ClusterSecrets> Shared = new(() => SecretsGenerator.Generate(new TalosRelease(1, 13), Start));
    private static int _last;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly StoppedClock _clock = new(Start);

    public NodeRoom() => Rack = new(_clock);

    public StandInRack Rack { get; }

    public CancellationToken Cancel => _limit.Token;

    public DateTimeOffset Now => _clock.Now;

    public void Advance(TimeSpan by) => _clock.Now += by;

    public ClusterSecrets Secrets => Shared.Value;

    public ClusterSecrets WithEd25519 { get; } = Shared.Value with { Os = CertificateAuthority.Create("talos", Start, ed25519: true) };

    public Task<TalosNode> AddAsync(string version = "v1.13.9", Uri? sink = null)
    {
        var number = Interlocked.Increment(ref _last);
        return Rack.AddAsync(
            new()
            {
                Listen = new(IPAddress.Parse($"127.77.{number / 250}.{1 + (number % 250)}"), 0),
                Version = version,
                Hostname = $"node-{number}",
                EventSink = sink,
            },
            Cancel);
    }

    /// <summary>A cluster that runs.</summary>
    public async Task<IReadOnlyList<TalosNode>> ClusterAsync(int controlPlanes, string version = "v1.13.9")
    {
        var nodes = new List<TalosNode>();
        for (var i = 0; i < controlPlanes; i++)
        {
            nodes.Add(await AddAsync(version));
            await ConfigureAsync(nodes[i], controlPlane: true);
            if (i > 0)
                continue;
            using var client = Client(nodes[0]);
            await client.Machine.BootstrapAsync(Cancel);
        }

        Assert.All(nodes, node => Assert.Equal(MachineStage.Running, node.Stage));
        return nodes;
    }

    public async Task ConfigureAsync(TalosNode node, bool controlPlane, ClusterSecrets? secrets = null)
    {
        using var client = Maintenance(node);
        Assert.True(TalosRelease.TryParse(node.Version, out var release));
        await client.Machine.ApplyConfigurationAsync(Configuration(secrets ?? Secrets, controlPlane, release), ApplyMode.Auto, Cancel);
    }

    public TalosClient Maintenance(TalosNode node, NodeTrust? trust = null) =>
        TalosClient.Connect(node.Address.ToString(), trust ?? NodeTrust.FirstUse(), node.Endpoint.Port);

    public TalosClient Client(TalosNode node, ClusterSecrets? secrets = null, TalosRole[]? roles = null)
    {
        Assert.True(TalosCredentials.TryMint(
            secrets ?? Secrets, roles ?? [TalosRole.Admin], TimeSpan.FromHours(1), Start, out var credentials, out var error), error);
        return TalosClient.Connect(node.Address.ToString(), NodeTrust.Cluster(credentials!, _clock), node.Endpoint.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await Rack.DisposeAsync();
        _limit.Dispose();
    }

    /// <summary>As the appliance composes it.</summary>
    public static SecretText Configuration(ClusterSecrets secrets, bool controlPlane, TalosRelease release)
    {
        var mistakes = new List<ConfigurationMistake>();
        var composer = ConfigurationComposer.Create(
            new ClusterSettings("prod", new Uri("https://10.20.0.10:6443"), "v1.34.1", release), secrets,
            controlPlane ? MachineRole.ControlPlane : MachineRole.Worker, new ConfigurationOptions { Release = release }, mistakes);
        var values = new MachineValues { Disk = new() { Path = "/dev/nvme0n1" }, InstallerImage = "ghcr.io/siderolabs/installer" };
        var composed = composer?.Compose(values, [], mistakes);
        Assert.DoesNotContain(mistakes, m => !m.IsWarning);
        return new(composed!.ToYaml());
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
