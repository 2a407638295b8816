using System.Net;
using System.Net.Sockets;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core;
using Rackboot.Core.Clouds;
using Rackboot.Core.Events;
using Rackboot.Lab.StandIn.Nodes;
using Rackboot.Lab.Tests.StandIn;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration;

namespace Rackboot.Cloud.Tests.Servers;

/// <summary>A server that was bought gets its configuration over the Talos API, from the appliance outwards. The provider is simulated;
/// Talos's maintenance
/// mode is a stand-in that answers over TLS on Talos's own port.</summary>
public sealed class DeliveryTests : IAsyncDisposable
{
    private static int _last;

    private readonly NodeRoom _room = new();

    // A loopback address for each test: Talos's port is always the same.
    private readonly IPAddress _address = IPAddress.Parse($"127.88.{Environment.ProcessId % 250}.{1 + Interlocked.Increment(ref _last)}");

    public ValueTask DisposeAsync() => _room.DisposeAsync();

    [Fact]
    public async Task A_server_that_comes_up_in_maintenance_mode_gets_its_configuration_once_and_its_fingerprint_is_noted()
    {
        using var rack = await BoughtAsync();
        // The provider calls it running; Talos does not answer there yet.
        await rack.RoundsAsync(2);
        Assert.Equal((PlacementStage.Running, null, null), (rack.Placement("node-31").Stage, rack.Placement("node-31").Configured,
            rack.Placement("node-31").Problem));

        var node = await BootAsync();
        var shown = await FingerprintAsync();
        await rack.RoundsAsync(3);
        Assert.Equal(Configuration, node.ConfigurationText);
        Assert.Equal(shown, rack.Placement("node-31").Fingerprint);
        Assert.NotNull(rack.Placement("node-31").Configured);
        var delivered = Assert.Single(rack.Told, e => e.Kind == "config.delivered");
        Assert.Contains($"pushed its configuration to {_address}", delivered.Text, StringComparison.Ordinal);
        Assert.Contains(shown!, delivered.Text, StringComparison.Ordinal);
        Assert.Single(node.Calls, call => call == "ApplyConfiguration");

        rack.Restart();
        await rack.RoundsAsync(2);
        Assert.Single(node.Calls, call => call == "ApplyConfiguration");
    }

    [Fact]
    public async Task Whoever_answers_in_another_mode_gets_nothing_and_that_is_said_once()
    {
        var node = await BootAsync();
        await _room.ConfigureAsync(node, controlPlane: true);
        using var rack = await BoughtAsync();
        await rack.RoundsAsync(4);
        Assert.StartsWith(CloudProblem, rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.Null(rack.Placement("node-31").Configured);
        Assert.Single(rack.Told, e => e.Kind == "config.refused");
        var secret = Configuration.Split('\n').First(l => l.Contains("token: ", StringComparison.Ordinal)).Split(": ")[1];
        Assert.DoesNotContain(rack.Told, e => e.Text.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_configuration_that_Talos_refuses_is_said_with_its_reason_and_a_corrected_one_is_taken()
    {
        var node = await BootAsync();
        using var rack = await BoughtAsync(config: "version: v1alpha1\nmachine: {}\n");
        await rack.RoundsAsync(2);
        Assert.Contains("doesn't contain v1alpha1 config", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        await rack.PlaceAsync("node-31", config: Configuration);
        await rack.RoundsAsync(2);
        Assert.Equal(Configuration, node.ConfigurationText);
        Assert.Null(rack.Placement("node-31").Problem);
    }

    [Fact]
    public async Task A_server_that_was_only_taken_over_gets_nothing()
    {
        var node = await BootAsync();
        var robot = new RobotSimulator();
        robot.Servers[0].Address = _address.ToString();
        using var rack = await CloudRack.StartAsync(robot, nodes: new TalosServers(TimeProvider.System));
        await rack.PlaceAsync("db-1", new Place("here", null, null, "321"), Configuration);
        await rack.RoundsAsync(4);
        Assert.Equal(PlacementStage.Running, rack.Placement("db-1").Stage);
        Assert.Empty(node.Calls);
    }

    [Fact]
    public async Task Somebody_who_is_no_Talos_gets_no_configuration()
    {
        using var listener = new TcpListener(_address, TalosClient.DefaultPort);
        listener.Start();
        var heard = ListenAsync(listener);
        using var rack = await BoughtAsync();
        await rack.RoundsAsync(2);
        Assert.Null(rack.Placement("node-31").Configured);
        Assert.DoesNotContain("machine:", await heard, StringComparison.Ordinal);
    }

    private const string CloudProblem = "its configuration was not accepted by ";

    private string Configuration => field ??= NodeRoom.Configuration(_room.Secrets, controlPlane: false, new TalosRelease(1, 13)).Reveal();

    private async Task<string?> FingerprintAsync()
    {
        var trust = NodeTrust.FirstUse();
        using var client = TalosClient.Connect(_address.ToString(), trust);
        await client.Machine.VersionAsync(_room.Cancel);
        return trust.Fingerprint;
    }

    private Task<TalosNode> BootAsync() =>
        _room.Rack.AddAsync(new TalosNodeOptions { Listen = new IPEndPoint(_address, TalosClient.DefaultPort) }, _room.Cancel);

    private async Task<CloudRack> BoughtAsync(string? config = null)
    {
        var rack = await CloudRack.StartAsync(new LatitudeSimulator(), nodes: new TalosServers(TimeProvider.System));
        await rack.PlaceAsync("node-31", config: config ?? Configuration);
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(2);
        Assert.Single(rack.Cloud.Servers).Address = _address.ToString();
        await rack.RoundsAsync(14);
        return rack;
    }

    private static async Task<string> ListenAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer);
        return System.Text.Encoding.Latin1.GetString(buffer, 0, read);
    }
}
