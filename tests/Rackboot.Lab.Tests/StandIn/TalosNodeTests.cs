using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;
using Rackboot.Tests.Shared;

namespace Rackboot.Lab.Tests.StandIn;

/// <summary>The client of the Talos API against stand-in nodes that answer over mutual TLS, and the stand-ins' own honesty.</summary>
public sealed class TalosNodeTests : IAsyncDisposable
{
    private readonly NodeRoom _room = new();

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_machine_in_maintenance_mode_is_known_by_the_certificate_it_showed_first()
    {
        var node = await _room.AddAsync();
        var trust = NodeTrust.FirstUse();
        using (var client = _room.Maintenance(node, trust))
        {
            Assert.Equal("v1.13.9", (await client.Machine.VersionAsync(_room.Cancel)).Tag);
            Assert.Equal(new MachineStatus(MachineStage.Maintenance, true, []).Stage,
                (await client.State.MachineStatusAsync(_room.Cancel)).Stage);
            Assert.Equal(["/dev/nvme0n1", "/dev/sda"], (await client.Storage.DisksAsync(_room.Cancel)).Select(d => d.Device));
            Assert.NotNull(trust.Fingerprint);
        }

        using (var again = _room.Maintenance(node, NodeTrust.FirstUse(trust.Fingerprint)))
            await again.Machine.VersionAsync(_room.Cancel);
        using var other = _room.Maintenance(node, NodeTrust.FirstUse("AAAA"));
        var refused = await Assert.ThrowsAsync<TalosApiException>(() => other.Machine.VersionAsync(_room.Cancel));
        Assert.Equal(TalosFailure.Untrusted, refused.Failure);
        Assert.Contains("not the known AAAA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_mode_allows_what_the_release_allows()
    {
        var now = await _room.AddAsync();
        using var client = _room.Maintenance(now);
        await Fails(TalosFailure.PermissionDenied, () => client.Machine.RebootAsync(_room.Cancel));
        await Fails(TalosFailure.PermissionDenied, () => client.Machine.ResetAsync(new(), _room.Cancel));

        var before = await _room.AddAsync(version: "v1.12.4");
        using var older = _room.Maintenance(before);
        await Fails(TalosFailure.Unsupported, () => older.Machine.VersionAsync(_room.Cancel));
        Assert.NotEmpty(await older.Storage.DisksAsync(_room.Cancel));
        Assert.Equal(MachineStage.Maintenance, (await older.State.MachineStatusAsync(_room.Cancel)).Stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_configured_machine_installs_joins_its_cluster_and_takes_the_clusters_clients_alone(bool ed25519)
    {
        var secrets = ed25519 ? _room.WithEd25519 : _room.Secrets;
        var node = await _room.AddAsync();
        await _room.ConfigureAsync(node, controlPlane: true, secrets);
        Assert.Equal(("v1.13.9", MachineStage.Booting), (node.InstalledVersion, node.Stage));

        using var client = _room.Client(node, secrets);
        var status = await client.State.MachineStatusAsync(_room.Cancel);
        Assert.Equal((MachineStage.Booting, false, "services"), (status.Stage, status.Ready, status.Unmet[0].Name));
        await client.Machine.BootstrapAsync(_room.Cancel);
        Assert.Equal((MachineStage.Running, true), ((await client.State.MachineStatusAsync(_room.Cancel)) is var s ? (s.Stage, s.Ready)
            : default));

        using var stranger = _room.Client(node, ed25519 ? _room.Secrets : _room.WithEd25519);
        await Fails(TalosFailure.Untrusted, () => stranger.Machine.VersionAsync(_room.Cancel));
        using var nobody = _room.Maintenance(node);
        var refused = await Fails(TalosFailure.Untrusted, () => nobody.Machine.VersionAsync(_room.Cancel));
        Assert.Null(refused.Code);
    }

    [Theory]
    [InlineData("v1.11.6")]
    [InlineData("v1.12.4")]
    [InlineData("v1.13.9")]
    [InlineData("v1.14.0")]
    public async Task Every_release_takes_the_configuration_that_is_composed_for_it(string version)
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1, version);
        var worker = await _room.AddAsync(version);
        await _room.ConfigureAsync(worker, controlPlane: false);
        Assert.Equal((version, MachineStage.Running), (nodes[0].InstalledVersion, nodes[0].Stage));
        Assert.Equal((version, MachineStage.Running), (worker.InstalledVersion, worker.Stage));
    }

    [Fact]
    public async Task An_installation_by_document_is_told_by_its_resource_and_by_no_event()
    {
        var node = (await _room.ClusterAsync(controlPlanes: 1, "v1.14.0"))[0];
        using var client = _room.Client(node);
        Assert.Equal(InstallOutcome.Installed, (await client.State.UnattendedInstallAsync(_room.Cancel)).Outcome);
        Assert.Equal(InstallOutcome.None, (await ProgressAsync(client)).Outcome);

        var older = await _room.AddAsync("v1.13.9");
        await _room.ConfigureAsync(older, controlPlane: true);
        Assert.Equal(MachineStage.Running, older.Stage);
        using var other = _room.Client(older);
        await Fails(TalosFailure.NotFound, () => other.State.UnattendedInstallAsync(_room.Cancel));
        Assert.Equal(InstallOutcome.Installed, (await ProgressAsync(other)).Outcome);
    }

    [Fact]
    public async Task A_configuration_that_does_not_validate_is_refused_with_its_mistakes_and_changes_nothing()
    {
        var node = await _room.AddAsync();
        using var client = _room.Maintenance(node);
        var refused = await Fails(TalosFailure.Refused, () => client.Machine.ApplyConfigurationAsync(
            new("machine: {type: worker}\n"), ApplyMode.Auto, _room.Cancel));
        Assert.Contains(" error(s) occurred:\n", refused.Message, StringComparison.Ordinal);
        Assert.Equal((MachineStage.Maintenance, null), (node.Stage, node.InstalledVersion));
    }

    [Fact]
    public async Task A_refusal_that_quotes_the_configuration_shows_no_secret()
    {
        var node = await _room.AddAsync();
        node.FailNext("ApplyConfiguration", GrpcCode.InvalidArgument, $"machine: tokn: {_room.Secrets.TrustdToken.Reveal()}");
        var refused = await Fails(TalosFailure.Refused, () => _room.ConfigureAsync(node, controlPlane: true));
        Assert.EndsWith("ApplyConfiguration: machine: tokn: ***", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_is_reached_over_IPv6()
    {
        var node = await _room.Rack.AddAsync(new() { Listen = new(System.Net.IPAddress.IPv6Loopback, 0) }, _room.Cancel);
        await _room.ConfigureAsync(node, controlPlane: true);
        using var client = _room.Client(node);
        Assert.Equal("v1.13.9", (await client.Machine.VersionAsync(_room.Cancel)).Tag);
    }

    [Fact]
    public async Task Etcd_is_bootstrapped_once_and_others_join_it()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 3);
        using var first = _room.Client(nodes[0]);
        using var second = _room.Client(nodes[1]);
        Assert.Equal(3, (await first.Etcd.MembersAsync(_room.Cancel)).Count);
        await Fails(TalosFailure.AlreadyDone, () => first.Machine.BootstrapAsync(_room.Cancel));
        await Fails(TalosFailure.AlreadyDone, () => second.Machine.BootstrapAsync(_room.Cancel));
        Assert.Equal(1, _room.Rack.EtcdClustersOf(_room.Secrets.ClusterId));
    }

    [Fact]
    public async Task Bootstrapping_a_second_machine_at_once_begins_a_second_etcd()
    {
        var nodes = new[] { await _room.AddAsync(), await _room.AddAsync() };
        foreach (var node in nodes)
        {
            await _room.ConfigureAsync(node, controlPlane: true);
            node.TimeInSync = false;
        }

        using var one = _room.Client(nodes[0]);
        using var two = _room.Client(nodes[1]);
        var early = await Fails(TalosFailure.NotReady, () => one.Machine.BootstrapAsync(_room.Cancel));
        Assert.Contains("time is not in sync yet", early.Message, StringComparison.Ordinal);
        nodes[0].TimeInSync = true;
        await one.Machine.BootstrapAsync(_room.Cancel);
        nodes[0].SetPower(on: false);
        nodes[1].TimeInSync = true;
        await two.Machine.BootstrapAsync(_room.Cancel);
        Assert.Equal(2, _room.Rack.EtcdClustersOf(_room.Secrets.ClusterId));
    }

    [Fact]
    public async Task A_member_is_lost_removed_and_replaced_and_quorum_is_defended()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 3);
        using var client = _room.Client(nodes[0]);
        nodes[2].SetPower(on: false);
        var members = await client.Etcd.MembersAsync(_room.Cancel);
        await Fails(TalosFailure.NotReady, () => client.Etcd.RemoveMemberAsync(members[1].Id, _room.Cancel));
        await client.Etcd.RemoveMemberAsync(members[2].Id, _room.Cancel);
        await Fails(TalosFailure.NotFound, () => client.Etcd.RemoveMemberAsync(members[2].Id, _room.Cancel));
        var replacement = await _room.AddAsync();
        await _room.ConfigureAsync(replacement, controlPlane: true);
        Assert.Equal(MachineStage.Running, replacement.Stage);
        Assert.Equal(3, (await client.Etcd.MembersAsync(_room.Cancel)).Count);

        nodes[1].SetPower(on: false);
        replacement.SetPower(on: false);
        await Fails(TalosFailure.Unreachable, () => client.Etcd.MembersAsync(_room.Cancel));
        Assert.Equal(3, (await client.Etcd.MembersAsync(_room.Cancel, queryLocal: true)).Count);
        Assert.Equal((0UL, 1), (await client.Etcd.StatusAsync(_room.Cancel)) is var s ? (s.LeaderId, s.Errors.Count) : default);
    }

    [Fact]
    public async Task A_snapshot_is_checked_and_brings_a_cluster_back()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        using var client = _room.Client(nodes[0]);
        using var snapshot = new MemoryStream();
        Assert.Equal(1024 + 32, await client.Etcd.SnapshotAsync(snapshot, _room.Cancel));

        var next = await _room.AddAsync();
        nodes[0].SetPower(on: false);
        await _room.ConfigureAsync(next, controlPlane: true);
        using var other = _room.Client(next);
        snapshot.Position = 0;
        await other.Etcd.RecoverAsync(snapshot, _room.Cancel);
        await other.Machine.BootstrapAsync(_room.Cancel, recover: true);
        Assert.Equal(MachineStage.Running, next.Stage);
    }

    [Fact]
    public async Task Leadership_is_handed_over_and_a_member_leaves()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 3);
        using var client = _room.Client(nodes[0]);
        Assert.Equal(nodes[1].Hostname, await client.Etcd.ForfeitLeadershipAsync(_room.Cancel));
        Assert.Equal("", await client.Etcd.ForfeitLeadershipAsync(_room.Cancel));
        await client.Etcd.LeaveAsync(_room.Cancel);
        using var second = _room.Client(nodes[1]);
        Assert.DoesNotContain((await second.Etcd.MembersAsync(_room.Cancel)), m => m.Hostname == nodes[0].Hostname
            && nodes[0].Stage != MachineStage.Running);
    }

    [Fact]
    public async Task A_worker_gets_its_certificate_from_trustd_and_refuses_what_is_not_for_workers()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        var worker = await _room.AddAsync();
        await _room.ConfigureAsync(worker, controlPlane: false);
        Assert.Equal(MachineStage.Running, worker.Stage);
        using var client = _room.Client(worker);
        Assert.Contains(await client.Machine.ServicesAsync(_room.Cancel), s => s is { Id: "kubelet", Healthy: true });
        await Fails(TalosFailure.Unsupported, () => client.Machine.BootstrapAsync(_room.Cancel));
        await Fails(TalosFailure.Unsupported, () => client.Etcd.MembersAsync(_room.Cancel));
        await Fails(TalosFailure.PermissionDenied, () => client.ForNode("127.9.9.9").Machine.VersionAsync(_room.Cancel));
        Assert.NotNull(nodes[0].ConfigurationText);
    }

    [Fact]
    public async Task A_control_plane_node_forwards_calls_to_the_nodes_of_its_cluster()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 2);
        using var client = _room.Client(nodes[0]);
        var status = await client.ForNode(nodes[1].Address.ToString()).Etcd.StatusAsync(_room.Cancel);
        Assert.Equal((await client.Etcd.MembersAsync(_room.Cancel))[1].Id, status.MemberId);
        Assert.Contains("EtcdStatus", nodes[1].Calls);
        var gone = await Fails(TalosFailure.Unreachable, () => client.ForNode("127.9.9.9").Machine.VersionAsync(_room.Cancel));
        Assert.Contains("for 127.9.9.9: Version", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_decide_what_a_client_may_do()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        using var reader = _room.Client(nodes[0], roles: [TalosRole.Reader]);
        await reader.Machine.VersionAsync(_room.Cancel);
        await Fails(TalosFailure.PermissionDenied, () => reader.Machine.RebootAsync(_room.Cancel));
        await Fails(TalosFailure.PermissionDenied, () => reader.Machine.ApplyConfigurationAsync(
            new(nodes[0].ConfigurationText!), ApplyMode.Auto, _room.Cancel));
        using var backup = _room.Client(nodes[0], roles: [TalosRole.EtcdBackup]);
        await backup.Etcd.SnapshotAsync(Stream.Null, _room.Cancel);
        await Fails(TalosFailure.PermissionDenied, () => backup.Machine.VersionAsync(_room.Cancel));
    }

    [Fact]
    public async Task Upgrading_is_pull_upgrade_reboot_and_can_be_rolled_back()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        using var client = _room.Client(nodes[0]);
        const string Image = "factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.13.10";
        var failed = await Fails(TalosFailure.Failed, () => client.Images.UpgradeAsync(Image, _room.Cancel));
        Assert.Contains("not found", failed.Message, StringComparison.Ordinal);
        var progress = new List<long>();
        Assert.Equal(Image, await client.Images.PullAsync(Image, _room.Cancel, (_, offset, _) => progress.Add(offset)));
        Assert.Equal([50, 100], progress);
        await client.Images.UpgradeAsync(Image, _room.Cancel);
        Assert.Equal(("v1.13.9", "v1.13.10"), (nodes[0].Version, nodes[0].InstalledVersion));
        await client.Machine.RebootAsync(_room.Cancel);
        Assert.Equal(("v1.13.10", MachineStage.Running), (nodes[0].Version, nodes[0].Stage));
        using var after = _room.Client(nodes[0]);
        await after.Machine.RollbackAsync(_room.Cancel);
        Assert.Equal("v1.13.9", nodes[0].Version);
    }

    [Fact]
    public async Task Older_releases_upgrade_in_one_call_and_refuse_it_with_two_members()
    {
        const string Image = "ghcr.io/siderolabs/installer:v1.12.5";
        var nodes = await _room.ClusterAsync(controlPlanes: 2, version: "v1.12.4");
        using var client = _room.Client(nodes[0]);
        await Fails(TalosFailure.Unsupported, () => client.Images.PullAsync(Image, _room.Cancel));
        var refused = await Fails(TalosFailure.Failed, () => client.Images.LegacyUpgradeAsync(Image, _room.Cancel));
        Assert.Contains("member count(2) is insufficient", refused.Message, StringComparison.Ordinal);
        await client.Images.LegacyUpgradeAsync(Image, _room.Cancel, force: true);
        Assert.Equal(("v1.12.5", MachineStage.Running), (nodes[0].Version, nodes[0].Stage));
    }

    [Fact]
    public async Task A_reset_gives_the_machine_back_and_leaves_data_disks_alone_unless_they_are_named()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 3);
        using (var client = _room.Client(nodes[2]))
            await client.Machine.ResetAsync(new() { Reboot = true }, _room.Cancel);
        Assert.Equal((MachineStage.Maintenance, null, 0), (nodes[2].Stage, nodes[2].InstalledVersion, nodes[2].WipedDisks.Count));
        using var first = _room.Client(nodes[0]);
        Assert.Equal(2, (await first.Etcd.MembersAsync(_room.Cancel)).Count);

        using var second = _room.Client(nodes[1]);
        await Fails(TalosFailure.Failed, () => second.Machine.ResetAsync(new() { UserDisks = ["/dev/sdz"] }, _room.Cancel));
        Assert.Contains("/dev/nvme0n1", (await Fails(TalosFailure.Failed, () => second.Machine.ResetAsync(
            new() { UserDisks = ["/dev/nvme0n1"] }, _room.Cancel))).Message, StringComparison.Ordinal);
        await second.Machine.ResetAsync(new() { Graceful = false, UserDisks = ["/dev/sda"] }, _room.Cancel);
        Assert.Equal((false, null), (nodes[1].IsUp, nodes[1].InstalledVersion));
        Assert.Equal(["/dev/sda"], nodes[1].WipedDisks);
    }

    [Fact]
    public async Task The_last_member_of_etcd_cannot_be_reset_gracefully()
    {
        var node = (await _room.ClusterAsync(controlPlanes: 1))[0];
        using var client = _room.Client(node);
        await Fails(TalosFailure.Failed, () => client.Etcd.ForfeitLeadershipAsync(_room.Cancel));
        await Fails(TalosFailure.Failed, () => client.Etcd.LeaveAsync(_room.Cancel));
        await client.Machine.ResetAsync(new() { Reboot = true }, _room.Cancel);
        Assert.Equal(("v1.13.9", MachineStage.Running), (node.InstalledVersion, node.Stage));
    }

    [Fact]
    public async Task Disks_are_wiped_only_where_nothing_is_installed()
    {
        var node = await _room.AddAsync();
        using var client = _room.Maintenance(node);
        await client.Storage.WipeAsync(["sda"], _room.Cancel, zeroes: true);
        Assert.Equal(["/dev/sda"], node.WipedDisks);
        await Fails(TalosFailure.NotFound, () => client.Storage.WipeAsync(["sdq"], _room.Cancel));
        var member = (await _room.ClusterAsync(controlPlanes: 1))[0];
        using var other = _room.Client(member);
        await Fails(TalosFailure.NotReady, () => other.Storage.WipeAsync(["nvme0n1"], _room.Cancel));
    }

    [Fact]
    public async Task A_control_plane_node_makes_an_admin_kubeconfig_and_a_worker_does_not()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        using var client = _room.Client(nodes[0]);
        var config = await client.Machine.KubeconfigAsync(_room.Cancel);
        Assert.Contains("current-context: admin@stand-in", config.Reveal(), StringComparison.Ordinal);
        var worker = await _room.AddAsync();
        await _room.ConfigureAsync(worker, controlPlane: false);
        using var other = _room.Client(worker);
        await Fails(TalosFailure.Unsupported, () => other.Machine.KubeconfigAsync(_room.Cancel));
        await other.Machine.ShutdownAsync(_room.Cancel);
        Assert.False(worker.IsUp);
    }

    [Fact]
    public async Task A_machine_that_is_off_or_reboots_is_unreachable()
    {
        var node = await _room.AddAsync();
        using var client = _room.Maintenance(node);
        await client.Machine.VersionAsync(_room.Cancel);
        node.SetPower(on: false);
        await Fails(TalosFailure.Unreachable, () => client.Machine.VersionAsync(_room.Cancel));
        node.SetPower(on: true);
        Assert.Equal("v1.13.9", (await client.Machine.VersionAsync(_room.Cancel)).Tag);
    }

    [Fact]
    public async Task Resources_are_listed_and_watched()
    {
        var node = (await _room.ClusterAsync(controlPlanes: 1))[0];
        using var client = _room.Client(node);
        var system = Assert.Single(await client.State.ListAsync("hardware", "SystemInformations.hardware.talos.dev", _room.Cancel));
        Assert.Contains(node.Uuid.ToString(), system.Yaml, StringComparison.Ordinal);
        await Fails(TalosFailure.NotFound, () => client.State.GetAsync("hardware", "Processors.hardware.talos.dev", "CPU-1", _room.Cancel));

        var changes = new List<ResourceChange>();
        await foreach (var change in client.State.WatchAsync("runtime", "MachineStatuses.runtime.talos.dev", null, _room.Cancel))
        {
            changes.Add(change.Change);
            if (change.Change == ResourceChange.Bootstrapped)
                node.TimeInSync = false;
            if (change.Change == ResourceChange.Updated)
                break;
            Assert.InRange(changes.Count, 1, 10);
        }

        Assert.Equal([ResourceChange.Created, ResourceChange.Bootstrapped, ResourceChange.Updated], changes);
    }

    [Fact]
    public async Task The_other_calls_are_answered_and_events_are_told()
    {
        var nodes = await _room.ClusterAsync(controlPlanes: 1);
        using var client = _room.Client(nodes[0]);
        Assert.Equal(16_384_000UL, (await client.Machine.MemoryAsync(_room.Cancel)).Total);
        Assert.Equal(new LoadAverage(0.5, 0.25, 0.125), await client.Machine.LoadAsync(_room.Cancel));
        nodes[0].ClockIsOffBy = TimeSpan.FromDays(-400);
        Assert.Equal(_room.Now.AddDays(-400), await client.Machine.TimeAsync(_room.Cancel));
        var log = new List<string>();
        await foreach (var piece in client.Machine.KernelLogAsync(follow: false, tail: false, _room.Cancel))
            log.Add(piece);
        Assert.Contains("v1.13.9", Assert.Single(log), StringComparison.Ordinal);
        var events = new List<string>();
        await foreach (var item in client.Machine.EventsAsync(-1, _room.Cancel))
            events.Add(item.Sentence);
        Assert.Contains("Talos started installing itself to the disk.", events);
        Assert.Equal("The machine is running and ready.", events[^1]);
    }

    [Fact]
    public async Task A_node_publishes_its_events_to_the_sink_in_order_and_again_until_they_are_taken()
    {
        var told = new System.Collections.Concurrent.BlockingCollection<string>();
        var refusals = 3;
        await using var server = await SinkServer.StartAsync(new EventSink(
            (_, item) =>
            {
                if (refusals-- > 0)
                    throw new IOException("the disk is full");
                told.Add(item.Sentence);
            },
            (_, _) => { }, TimeProvider.System));
        var node = await _room.AddAsync(sink: server.Address);
        await _room.ConfigureAsync(node, controlPlane: false);
        Assert.NotEqual(MachineStage.Installing, node.Stage);
        var sentences = new List<string>();
        while (!sentences.Contains("Talos finished installing itself to the disk."))
        {
            Assert.True(told.TryTake(out var sentence, TimeSpan.FromSeconds(30)), string.Join("\n", sentences));
            sentences.Add(sentence);
        }

        Assert.Equal(
            ["Talos started setting up the machine.", "The machine is booting.", "The machine is in maintenance mode and ready.",
                "Talos started the install sequence.", "Talos started installing itself to the disk.", "The machine is installing.",
                    "Talos finished installing itself to the disk."],
            sentences);
    }

    [Fact]
    public async Task A_step_takes_as_long_as_the_rack_says()
    {
        var node = await _room.AddAsync();
        Assert.Equal(MachineStage.Maintenance, node.Stage);
        _room.Rack.StepTakes = TimeSpan.FromSeconds(10);
        await _room.ConfigureAsync(node, controlPlane: false);
        var seen = new List<string>();
        for (var i = 0; i < 8; i++)
        {
            seen.Add(node.IsUp ? $"{node.Stage}" : "silent");
            _room.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(["Installing", "Installing", "Rebooting", "Rebooting", "silent", "silent", "Booting", "Booting"], seen);
        Assert.Equal("v1.13.9", node.InstalledVersion);
    }

    [Fact]
    public async Task A_failure_can_be_asked_for()
    {
        var node = await _room.AddAsync();
        using var client = _room.Maintenance(node);
        node.FailNext("Version", GrpcCode.Unavailable, "containerd is 100 % busy\u00e9");
        var failed = await Fails(TalosFailure.Unreachable, () => client.Machine.VersionAsync(_room.Cancel));
        Assert.EndsWith("Version: containerd is 100 % busy\u00e9", failed.Message, StringComparison.Ordinal);
        await client.Machine.VersionAsync(_room.Cancel);
    }

    private async Task<InstallProgress> ProgressAsync(TalosClient client)
    {
        var progress = InstallProgress.Start;
        await foreach (var item in client.Machine.EventsAsync(-1, _room.Cancel))
            progress = progress.After(item);
        return progress;
    }

    private static async Task<TalosApiException> Fails(TalosFailure failure, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<TalosApiException>(call);
        Assert.True(failure == exception.Failure, $"{exception.Failure}: {exception}");
        return exception;
    }
}
