using System.Text;
using Rackboot.Core.Clusters;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Talos;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Configuration.Generation;

namespace Rackboot.Core.Tests.Clusters;

public sealed class ClusterBookTests : IAsyncDisposable
{
    private static readonly Lazy<ClusterSecrets> Imported =
        new(() => SecretsGenerator.Generate(new TalosRelease(1, 13), DateTimeOffset.UtcNow));

    private readonly Rack _rack = Rack.Start();
    private ClusterBook _book;

    public ClusterBookTests() => _book = Open();

    private static Cluster Prod { get; } = new()
    {
        Name = "prod", Endpoint = new Uri("https://10.20.0.10:6443"), TalosVersion = "v1.13.9", KubernetesVersion = "v1.36.3",
        ControlPlane = new ClusterPool(new Dictionary<string, string> { ["role"] = "control" }, [new("machine: {}")]),
        InstallDisk = new InstallDisk { Serial = "S3EVNX0J" }, Snapshots = new SnapshotRule(TimeSpan.FromHours(6), 20),
    };

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_cluster_its_secrets_and_what_is_remembered_of_it_survive_a_restart()
    {
        var applied = await _book.PutAsync(Prod, null, null, dryRun: false);
        Assert.True(applied.Created);
        var secrets = _book.Secrets("prod")!;
        var id = SimulatedRack.Id("0193");
        await _book.RememberAsync("prod", m => m with
        {
            Bootstrap = new BootstrapMemory(id, "cp-1", _rack.Clock.Now, Done: false),
            Members = m.Members.Add(id, new MemberMemory("cp-1", ClusterRole.ControlPlane, _rack.Clock.Now, Ran: true)),
            Rollout = new RolloutMemory(RolloutKind.Kubernetes, "v1.36.3", _rack.Clock.Now,
                System.Collections.Immutable.ImmutableDictionary<Machines.MachineId, RolloutTurn>.Empty.Add(
                    id, new RolloutTurn(_rack.Clock.Now, KubernetesComponent.Kubelet))),
        });

        await _rack.RestartAsync();
        _book = Open();
        Assert.Equal("S3EVNX0J", _book.Find("prod")!.InstallDisk!.Serial);
        Assert.Equal("control", _book.Find("prod")!.ControlPlane.Selector["role"]);
        Assert.Equal(SecretsFile.Write(secrets), SecretsFile.Write(_book.Secrets("prod")!));
        var memory = _book.Memory("prod");
        Assert.Equal(id, memory.Bootstrap!.Machine);
        Assert.True(memory.Members[id].Ran);
        Assert.Equal(KubernetesComponent.Kubelet, memory.Rollout!.Current[id].Component);
        Assert.Equal(memory.Bootstrap, memory.Bootstrap with { });
    }

    [Fact]
    public async Task The_names_of_patches_survive_a_restart_and_another_name_opens_no_rollout()
    {
        await _book.PutAsync(Prod, null, null, dryRun: false);
        var mark = Mark();
        foreach (var (name, version) in new[] { ("cp.yaml", 2), ("control.yaml", 3), ("control.yaml", 3) })
        {
            await _book.PutAsync(Named(name, "machine: {}"), null, null, dryRun: false);
            await _rack.RestartAsync();
            _book = Open();
            Assert.Equal(new NamedPatch("machine: {}", name), Assert.Single(_book.Find("prod")!.ControlPlane.Patches));
            Assert.Equal((version, mark), (_book.Find("prod")!.Version, Mark()));
        }

        await _book.PutAsync(Named("control.yaml", "machine: { type: controlplane }"), null, null, dryRun: false);
        Assert.NotEqual(mark, Mark());

        string Mark() => ConfigurationRollout.Mark(_book.Find("prod")!, _book.Memory("prod"));

        static Cluster Named(string name, string text) =>
            Prod with { ControlPlane = Prod.ControlPlane with { Patches = [new NamedPatch(text, name)] } };
    }

    [Fact]
    public void Patches_that_were_stored_before_they_had_names_are_read()
    {
        var stored = new StoredDocument("prod", 1, StoreJson.Write(Prod));
        Assert.Contains("\"patches\":[\"machine: {}\"]", Encoding.UTF8.GetString(stored.Body.Span), StringComparison.Ordinal);
        Assert.Equal(Prod.ControlPlane.Patches, StoreJson.Read<Cluster>(stored).ControlPlane.Patches);
    }

    [Fact]
    public async Task The_same_document_again_changes_nothing_and_keeps_the_secrets()
    {
        var first = await _book.PutAsync(Prod, null, null, dryRun: false);
        var secrets = SecretsFile.Write(_book.Secrets("prod")!);
        var again = await _book.PutAsync(Prod, null, first.Document!.Version, dryRun: false);
        Assert.False(again.Created);
        Assert.Equal(first.Document.Version, again.Document!.Version);
        var changed = await _book.PutAsync(Prod with { UpgradeParallel = 3 }, null, null, dryRun: false);
        Assert.Equal(2, changed.Document!.Version);
        Assert.Equal(secrets, SecretsFile.Write(_book.Secrets("prod")!));
    }

    [Fact]
    public async Task Secrets_of_another_cluster_are_refused_while_machines_run_with_the_stored_ones()
    {
        await _book.PutAsync(Prod, null, null, dryRun: false);
        await JoinAsync("cp-1");
        var refused = await _book.PutAsync(Prod, Imported.Value, null, dryRun: false);
        Assert.Contains("these secrets belong to another cluster", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Equal("/secrets", refused.Refusal.Path);
    }

    [Fact]
    public async Task Imported_secrets_are_taken_and_the_cluster_may_exist_already()
    {
        var applied = await _book.PutAsync(Prod, Imported.Value, null, dryRun: false);
        Assert.False(applied.Document!.SecretsMadeHere);
        Assert.Equal(Imported.Value.ClusterId, _book.Secrets("prod")!.ClusterId);
    }

    [Fact]
    public async Task A_cluster_with_machines_is_not_deleted()
    {
        await _book.PutAsync(Prod, Imported.Value, null, dryRun: false);
        await JoinAsync("cp-1");
        Assert.Contains("rackboot cluster remove prod cp-1", (await _book.DeleteAsync("prod", null))!.Message, StringComparison.Ordinal);
        await _book.RememberAsync("prod", m => m with { Members = m.Members.Clear() });
        Assert.Null(await _book.DeleteAsync("prod", null));
        Assert.Null(_book.Find("prod"));
        Assert.Null(_book.Secrets("prod"));
    }

    [Theory]
    [InlineData("v1.16.0", "v1.36.3", "/talos/version", "v1.15 first")]
    [InlineData("v1.12.0", "v1.36.3", "/talos/version", "does not support a downgrade")]
    [InlineData("v1.13.9", "v1.38.0", "/kubernetes", "v1.37 first")]
    [InlineData("v1.13.9", "v1.35.0", "/kubernetes", "cannot be downgraded")]
    [InlineData("v1.14.0", "v1.37.1", null, null)]
    public async Task A_release_that_machines_cannot_go_to_at_once_is_refused(
        string talos, string kubernetes, string? path, string? message)
    {
        await _book.PutAsync(Prod, Imported.Value, null, dryRun: false);
        await JoinAsync("cp-1");
        var applied = await _book.PutAsync(Prod with { TalosVersion = talos, KubernetesVersion = kubernetes }, null, null, dryRun: false);
        Assert.Equal(path, applied.Refusal?.Path);
        if (message is not null)
            Assert.Contains(message, applied.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_of_a_cluster_shows_in_its_events()
    {
        await _book.PutAsync(Prod, Imported.Value, null, dryRun: false);
        await _rack.SettleAsync();
        var events = string.Join('\n', _rack.EventsSoFar().Select(e => e.Text));
        Assert.DoesNotContain(Imported.Value.BootstrapToken.Reveal(), events, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Imported.Value.TrustdToken.Reveal())), events, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.13.9", "v1.36.3", null)]
    [InlineData("v1.13.9", "v1.31.0", null)]
    [InlineData("v1.13.9", "v1.37.0", "Talos 1.13 supports Kubernetes 1.31 to 1.36, not v1.37.0")]
    [InlineData("v1.12.0", "v1.36.0", "Talos 1.12 supports Kubernetes 1.30 to 1.35, not v1.36.0")]
    [InlineData("v1.14.0", "v1.37.9", null)]
    [InlineData("v1.19.0", "v1.20.0", null)]
    public void Releases_that_do_not_go_together_are_named(string talos, string kubernetes, string? mistake) =>
        Assert.Equal(mistake, TalosSupport.KubernetesMistake(talos, kubernetes));

    private async Task JoinAsync(string name) => await _book.RememberAsync("prod",
        m => m with { Members = m.Members.Add(SimulatedRack.Id(name), new MemberMemory(name, ClusterRole.ControlPlane, _rack.Clock.Now)) });

    private ClusterBook Open() => new(_rack.Store, _rack.Events, _rack.Clock);
}
