using System.Net;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.Tests.StandIn;

/// <summary>A rack of stand-in nodes, each on a loopback address of its own, and clients for them.</summary>
internal sealed class NodeRoom : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly Lazy<ClusterSecrets> Shared = new(() => SecretsGenerator.Generate(new TalosContract(1, 13), Start));
    private static int _last;

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly StoppedClock _clock = new(Start);

    public NodeRoom() => Rack = new(_clock);

    public StandInRack Rack { get; }

    public CancellationToken Cancel => _limit.Token;

    public DateTimeOffset Now => Start;

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

    public async Task ConfigureAsync(TalosNode node, bool controlPlane, ClusterSecrets? secrets = null, bool reboot = true)
    {
        using var client = Maintenance(node);
        await client.Machine.ApplyConfigurationAsync(Configuration(secrets ?? Secrets, controlPlane, reboot), ApplyMode.Auto, Cancel);
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

    private static SecretText Configuration(ClusterSecrets s, bool controlPlane, bool install) => new(
        $$"""
        version: v1alpha1
        machine:
          type: {{(controlPlane ? "controlplane" : "worker")}}
          token: {{s.TrustdToken.Reveal()}}
          ca: {crt: {{Base64(s.Os.Certificate)}}, key: "{{(controlPlane ? Base64(s.Os.Key.Reveal()) : "")}}"}
          {{(install ? "install: {disk: /dev/nvme0n1, image: 'ghcr.io/siderolabs/installer'}" : "")}}
        cluster:
          id: {{s.ClusterId}}
          secret: {{s.ClusterSecret.Reveal()}}
          token: {{s.BootstrapToken.Reveal()}}
          controlPlane: {endpoint: "https://10.20.0.10:6443"}
          {{(controlPlane ? $"etcd: {{ca: {{crt: {Base64(s.Etcd.Certificate)}, key: {Base64(s.Etcd.Key.Reveal())}}}}}" : "")}}

        """);

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
