using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Core.Events;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>What providers and people do wrong, at every provider: said once with what to do, nothing bought in vain.
/// <see cref="TroubleTests"/> has a price that rose, a currency without a limit, a server that never runs or that somebody deleted, and
/// an hour without the API; <see cref="Rescue.RescueInstallTests"/> a rescue system with another host key.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_login_that_may_not_order_buys_nothing_asks_for_its_rights_and_orders_again_after_approval(string provider)
    {
        using var rack = await ApprovedAsync(provider);
        rack.Cloud.Faults = request => rack.Cloud.IsCreate(request) ? Fault.Forbidden : Fault.None;
        await rack.RoundsAsync(40);
        Assert.Empty(rack.Cloud.Servers);
        Assert.Single(rack.Cloud.Requests, rack.Cloud.IsCreate);
        var placement = rack.Placement("node-31");
        Assert.Contains("does not allow this for the login (403: insufficient scope); docs/clouds.md lists the rights the login needs",
            placement.Problem, StringComparison.Ordinal);
        Assert.Contains("when that is fixed: rackboot cloud plan --yes node-31", placement.Problem, StringComparison.Ordinal);
        Assert.Equal((PlacementStage.Planned, null), (placement.Stage, placement.Approval));

        rack.Cloud.Faults = null;
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(60);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_sold_out_between_offer_and_order_costs_nothing_and_is_bought_when_there_is_more(string provider)
    {
        using var rack = await ApprovedAsync(provider);
        // The offers still say that there is one.
        rack.Cloud.Faults = request =>
        {
            rack.Cloud.SoldOut = rack.Cloud.IsCreate(request);
            return Fault.None;
        };
        await rack.RoundsAsync(14);
        Assert.Empty(rack.Cloud.Servers);
        Assert.InRange(rack.Cloud.Requests.Count(rack.Cloud.IsCreate), 1, 2);
        Assert.StartsWith("nothing was bought: ", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        rack.Cloud.Faults = null;
        rack.Cloud.SoldOut = false;
        if (rack.Placement("node-31").Approval is null)
            await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(80);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        Assert.Single(rack.Cloud.Servers);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_address_that_changes_is_taken_over_and_told(string provider)
    {
        using var rack = await ApprovedAsync(provider);
        await rack.RoundsAsync(40);
        var before = rack.Cloud.Servers[0].Address;
        rack.Cloud.Servers[0].Address = "203.0.113.77";
        await rack.RoundsAsync(2);
        Assert.Equal("203.0.113.77", Assert.Single(rack.Placement("node-31").Addresses).ToString());
        var told = Assert.Single(rack.Told, e => e.Kind == "cloud.address");
        Assert.Equal((Level.Warning, $"its addresses at here changed to 203.0.113.77 from {before}"), (told.Level, told.Text));
    }

    [Theory]
    [InlineData("digitalocean", "could not use image")]
    [InlineData("gcore", "could not use image")]
    [InlineData("openmetal", "could not use image")]
    [InlineData("linode", "did not take the image")]
    public async Task An_image_that_the_provider_rejects_is_said_before_anything_is_bought(string provider, string said)
    {
        using var rack = await ApprovedAsync(provider, rejects: true);
        await rack.RoundsAsync(20);
        Assert.Empty(rack.Cloud.Servers);
        Assert.DoesNotContain(rack.Cloud.Requests, rack.Cloud.IsCreate);
        Assert.Contains(said, rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.InRange(rack.Told.Count(e => e.Kind == "cloud.problem"), 1, 2);
    }

    [Fact]
    public async Task An_upload_that_a_restart_broke_off_is_begun_again_when_it_cannot_go_on_any_more()
    {
        using var rack = await ApprovedAsync("linode");
        rack.Cloud.Faults = request => request.Path[0] == "upload" ? Fault.KilledBefore : Fault.None;
        await Assert.ThrowsAsync<KilledException>(() => rack.RoundsAsync(20));
        rack.Cloud.Faults = null;
        rack.Restart();
        await rack.RoundsAsync(20);
        Assert.Contains("pending_upload", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        rack.Clock.Pass(TimeSpan.FromMinutes(40));
        await rack.RoundsAsync(40);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        Assert.Equal(2, rack.Cloud.Requests.Count(r => r.Line == "POST images/upload"));
    }

    private static async Task<CloudRack> ApprovedAsync(string provider, bool rejects = false)
    {
        var rack = await CloudRack.StartAsync(Providers.Start(provider));
        rack.Cloud.RejectsImages = rejects;
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        return rack;
    }
}
