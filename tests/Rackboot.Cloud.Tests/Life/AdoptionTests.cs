using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>Servers that are rented already.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task A_rented_server_is_watched_and_nothing_is_done_to_it()
    {
        var robot = new RobotSimulator();
        using var rack = await CloudRack.StartAsync(robot);
        await rack.PlaceAsync("db-1", new Place("here", null, null, "321"));
        await rack.RoundsAsync(5);
        Assert.Equal((PlacementStage.Running, true), (rack.Placement("db-1").Stage, rack.Placement("db-1").Adopted));
        await rack.DeleteAsync("db-1");
        await rack.RoundsAsync(3);
        Assert.Empty(rack.Book.Placements);
        Assert.All(robot.Requests, r => Assert.Equal(HttpMethod.Get, r.Method));
    }

    [Fact]
    public async Task Talos_is_written_from_the_Robots_rescue_system_where_the_document_says_so()
    {
        var robot = new RobotSimulator();
        using var rack = await CloudRack.StartAsync(robot);
        await rack.PlaceAsync("node-1", new Place("here", null, null, "321", Install: true));
        await rack.RoundsAsync(20);
        Assert.True(rack.Placement("node-1").Stage == PlacementStage.Running, rack.Placement("node-1").Problem);
        Assert.Equal(["robot-321"], ((RescueStandIn)robot.Shell!).Written);
        // Into the rescue system and out of it, and no third time.
        Assert.Equal((2, false), (robot.Resets, robot.Servers[0].Rescue));
        await rack.RoundsAsync(10);
        Assert.Equal(2, robot.Resets);
    }

    [Fact]
    public async Task A_restart_in_the_middle_of_an_installation_goes_on_with_it()
    {
        var robot = new RobotSimulator();
        using var rack = await CloudRack.StartAsync(robot);
        await rack.PlaceAsync("node-1", new Place("here", null, null, "321", Install: true));
        for (var i = 0; i < 20; i++)
        {
            await rack.RoundsAsync();
            rack.Restart();
        }

        Assert.True(rack.Placement("node-1").Stage == PlacementStage.Running, rack.Placement("node-1").Problem);
        Assert.Single(((RescueStandIn)robot.Shell!).Written);
    }

    [Fact]
    public async Task OVHcloud_gets_the_script_with_the_server_and_signs_by_the_servers_clock()
    {
        var ovh = new OvhSimulator();
        using var rack = await CloudRack.StartAsync(ovh);
        await rack.PlaceAsync("node-1", new Place("here", null, null, "ns1.example.eu", Install: true));
        await rack.RoundsAsync(6);
        Assert.True(rack.Placement("node-1").Stage == PlacementStage.Running, rack.Placement("node-1").Problem);
        Assert.Equal(1, ovh.Reboots);
        Assert.Contains(ovh.Requests, r =>
            r.Method == HttpMethod.Put && ((string?)r.Json["bootScript"])!.StartsWith("#!ipxe\n", StringComparison.Ordinal));
        Assert.False(ovh.Terminated);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OVHcloud_opens_a_console_in_a_browser_where_the_server_has_one(bool has)
    {
        using var rack = await CloudRack.StartAsync(new OvhSimulator { HasBrowserConsole = has });
        var opened = rack.Lines.AskAsync(rack.Provider, (cloud, stop) =>
            cloud.OpenConsoleAsync("ns1.example.eu", new CloudVisitor("192.0.2.1", null), stop), CancellationToken.None);
        if (!has)
            Assert.Equal(CloudFailure.NotSupported, (await Assert.ThrowsAsync<CloudException>(() => opened)).Failure);
        else
            Assert.Equal(new CloudConsole(CloudConsoleKind.Web, "https://console.example.net/kvm", Ends: "2026-11-21T12:15:00+01:00"),
                await opened);
        Assert.All(rack.Cloud.Requests.Where(r => r.Method == HttpMethod.Post), r =>
            Assert.Equal("192.0.2.1", (string?)r.Json["ipToAllow"]));
    }

    [Fact]
    public async Task A_rented_server_is_installed_anew_by_its_provider_once()
    {
        var latitude = new LatitudeSimulator();
        using var rack = await CloudRack.StartAsync(latitude);
        var order = new CloudOrder("theirs", latitude.Plan, latitude.Location, new CloudBoot.InlineScript("#!ipxe\nexit\n"));
        var rented = await rack.Lines.AskAsync(rack.Provider, (cloud, stop) =>
            cloud.CreateAsync(order, null, stop), CancellationToken.None);
        await rack.PlaceAsync("node-1", new Place("here", null, null, rented.Id, Install: true));
        await rack.RoundsAsync(20);
        Assert.True(rack.Placement("node-1").Stage == PlacementStage.Running, rack.Placement("node-1").Problem);
        Assert.Contains("talos.platform=metal", Assert.Single(latitude.Servers).Boot, StringComparison.Ordinal);
        Assert.Single(latitude.Requests, r => r.Path[^1] == "reinstall");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_so()
    {
        using var rack = await CloudRack.StartAsync(new RobotSimulator());
        await rack.PlaceAsync("db-1", new Place("here", null, null, "999"));
        await rack.RoundsAsync(2);
        Assert.Contains("has no server 999", rack.Placement("db-1").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rented_server_is_given_back_with_its_machine_where_the_document_says_so_and_is_remembered_until_it_ends()
    {
        var robot = new RobotSimulator();
        using var rack = await CloudRack.StartAsync(robot);
        await rack.PlaceAsync("db-1", new Place("here", null, null, "321"));
        await rack.RoundsAsync(3);
        // Said later, it changes nothing but that.
        await rack.PlaceAsync("db-1", new Place("here", null, null, "321", Release: true));
        await rack.RoundsAsync(2);
        Assert.Equal((PlacementStage.Running, null, true),
            (rack.Placement("db-1").Stage, rack.Placement("db-1").Problem, rack.Placement("db-1").Place.Release));
        await rack.DeleteAsync("db-1");
        await rack.RoundsAsync(3);
        Assert.Equal(PlacementStage.Ending, rack.Placement("db-1").Stage);
        Assert.Contains("2026-12-31", rack.Placement("db-1").Ends, StringComparison.Ordinal);
        Assert.Contains(rack.Told, e => e.Kind == "cloud.ending" && e.Text.Contains("2026-12-31", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_of_OVHclouds_e_mail_confirms_that_a_server_is_given_back()
    {
        var ovh = new OvhSimulator();
        using var rack = await CloudRack.StartAsync(ovh);
        await rack.PlaceAsync("db-1", new Place("here", null, null, "ns1.example.eu", Release: true));
        await rack.RoundsAsync(3);
        Assert.NotNull((await rack.Reconciler.ReleaseOrphanAsync("here", "ns1.example.eu", "by-mail", "a test", default)).Refusal);
        await rack.DeleteAsync("db-1");
        await rack.RoundsAsync(3);
        Assert.Contains("--token TOKEN", rack.Placement("db-1").Problem, StringComparison.Ordinal);
        Assert.NotNull((await rack.Reconciler.ReleaseOrphanAsync("here", "ns1.example.eu", "a wrong one", "a test", default)).Refusal);
        Assert.IsType<CloudRelease.Scheduled>(
            (await rack.Reconciler.ReleaseOrphanAsync("here", "ns1.example.eu", "by-mail", "a test", default)).Release);
        Assert.True(ovh.Confirmed);
        Assert.Null(rack.Placement("db-1").Problem);
    }

    [Fact]
    public async Task Giving_back_says_when_the_provider_only_schedules_it_or_wants_a_person()
    {
        using var robot = new RobotSimulator();
        using var hetzner = Clouds.Connect("hetzner-robot", new CloudAccess(robot.User, () =>
            robot.Secret, robot.Settings, robot.Clock, robot));
        var scheduled = Assert.IsType<CloudRelease.Scheduled>(await hetzner.DeleteAsync("321", CancellationToken.None));
        Assert.Contains("2026-12-31", scheduled.When, StringComparison.Ordinal);
        using var ovh = new OvhSimulator();
        using var cloud = Clouds.Connect("ovh", new CloudAccess(ovh.User, () => ovh.Secret, ovh.Settings, ovh.Clock, ovh));
        Assert.Contains("e-mail",
            Assert.IsType<CloudRelease.NeedsPerson>(await cloud.DeleteAsync("ns1.example.eu", CancellationToken.None)).What,
            StringComparison.Ordinal);
    }
}
