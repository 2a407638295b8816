using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core;
using Rackboot.Core.Clouds;
using Rackboot.Core.Events;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>What goes wrong at a provider is said, money is not wasted, and nothing is forgotten.</summary>
public sealed class TroubleTests
{
    [Fact]
    public async Task A_price_that_rose_since_asks_again()
    {
        using var rack = await PlannedAsync();
        await rack.ApproveAsync("node-31");
        rack.Cloud.Hourly = 0.9m;
        rack.Clock.Pass(TimeSpan.FromMinutes(20));
        await rack.RoundsAsync(3);
        Assert.Empty(rack.Cloud.Servers);
        Assert.Contains("approved for 0.50 USD and costs 0.90 USD", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.Null(rack.Placement("node-31").Approval);
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(2);
        Assert.Single(rack.Cloud.Servers);
    }

    [Fact]
    public async Task Limits_hold_whoever_approved()
    {
        using var rack = await CloudRack.StartAsync(new LatitudeSimulator(), p =>
            p with { MostMachines = 3, MostHourly = new Money(1.2m, "USD") });
        for (var i = 1; i <= 4; i++)
            await rack.PlaceAsync($"node-{i}");
        await rack.RoundsAsync();
        for (var i = 1; i <= 4; i++)
            await rack.ApproveAsync($"node-{i}");
        await rack.RoundsAsync(20);
        Assert.Equal(2, rack.Cloud.Servers.Count);
        Assert.Contains(rack.Book.Placements, p => p.Problem?.Contains("exceeds its limit of 1.20 USD", StringComparison.Ordinal) is true);
    }

    [Theory]
    [InlineData("EUR", "is in USD and limits.hourly")]
    [InlineData("USD", null)]
    public async Task A_limit_in_another_currency_holds_nothing_up_by_guessing(string currency, string? problem)
    {
        using var rack = await CloudRack.StartAsync(new LatitudeSimulator(), p => p with { MostHourly = new Money(40, currency) });
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(2);
        Assert.Equal(problem is null ? 1 : 0, rack.Cloud.Servers.Count);
        if (problem is not null)
            Assert.Contains(problem, rack.Placement("node-31").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_that_nobody_tells_passes_no_limit()
    {
        using var rack = await CloudRack.StartAsync(new I3dSimulator(), p => p with { MostHourly = new Money(40, "EUR") });
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(2);
        Assert.Empty(rack.Cloud.Servers);
        Assert.Contains("limits.hourly of provider here cannot be enforced", rack.Placement("node-31").Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_below_the_price_of_the_policy_is_bought_without_asking()
    {
        using var rack = await CloudRack.StartAsync(new LatitudeSimulator(), p => p with { BuyBelow = new Money(0.5m, "USD") });
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync(20);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        // One that somebody deletes there is not bought again by itself.
        rack.Cloud.DeleteInConsole(rack.Cloud.Servers[0]);
        await rack.RoundsAsync(10);
        Assert.Equal(PlacementStage.Lost, rack.Placement("node-31").Stage);
        Assert.Single(rack.Cloud.Servers);
        Assert.Contains(rack.Told, e => e.Kind == "cloud.lost" && e.Level == Level.Error);
    }

    [Fact]
    public async Task What_is_sold_out_is_tried_again_later()
    {
        using var rack = await PlannedAsync();
        await rack.ApproveAsync("node-31");
        rack.Cloud.SoldOut = true;
        rack.Clock.Pass(TimeSpan.FromMinutes(20));
        await rack.RoundsAsync(10);
        Assert.Contains("sold out", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.InRange(rack.Cloud.Requests.Count(r => r.Path[0] == "plans"), 1, 4);
        rack.Cloud.SoldOut = false;
        await rack.RoundsAsync(40);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
    }

    [Fact]
    public async Task A_refused_login_is_tried_twice_and_told_once()
    {
        using var rack = await PlannedAsync();
        rack.Cloud.RefusesLogin = true;
        await rack.ApproveAsync("node-31");
        rack.Clock.Pass(TimeSpan.FromMinutes(20));
        var before = rack.Cloud.Requests.Count;
        await rack.RoundsAsync(40);
        Assert.InRange(rack.Cloud.Requests.Count - before, 1, 4);
        Assert.Single(rack.Told, e => e.Kind == "provider.stopped");
        rack.Cloud.RefusesLogin = false;
        await rack.Credentials.PutAsync("token", rack.Cloud.User, new Secret("another"), null, dryRun: false);
        await rack.Credentials.PutAsync("token", rack.Cloud.User, new Secret(rack.Cloud.Secret), null, dryRun: false);
        await rack.RoundsAsync(40);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
    }

    [Fact]
    public async Task An_hour_without_the_API_changes_nothing_and_is_told_once()
    {
        using var rack = await PlannedAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(30);
        rack.Cloud.Faults = _ => Fault.Broken;
        await rack.RoundsAsync(120);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        Assert.Single(rack.Told, e => e.Kind == "provider.trouble");
        rack.Cloud.Faults = null;
        await rack.RoundsAsync(2);
        Assert.Single(rack.Told, e => e.Kind == "provider.back");
        Assert.Single(rack.Cloud.Servers);
    }

    [Fact]
    public async Task A_machine_that_never_runs_is_said_to_cost()
    {
        using var rack = await PlannedAsync();
        rack.Cloud.BuildTime = TimeSpan.FromDays(1);
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(100);
        Assert.Contains("and costs", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        await rack.DeleteAsync("node-31");
        await rack.RoundsAsync(5);
        Assert.Empty(rack.Cloud.Alive);
    }

    [Fact]
    public async Task A_server_that_turns_up_after_another_was_bought_is_given_back()
    {
        using var rack = await PlannedAsync();
        rack.Cloud.ListLag = TimeSpan.FromHours(1);
        var first = true;
        rack.Cloud.Faults = request => rack.Cloud.IsCreate(request) && first && !(first = false) ? Fault.LostAnswer : Fault.None;
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(60);
        Assert.Equal(PlacementStage.Unsure, rack.Placement("node-31").Stage);
        // The person who is asked is mistaken.
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(3);
        Assert.Equal(2, rack.Cloud.Alive.Count());
        rack.Clock.Pass(TimeSpan.FromHours(2));
        await rack.RoundsAsync(5);
        Assert.Equal(rack.Placement("node-31").Server, Assert.Single(rack.Cloud.Alive).Id);
        Assert.Single(rack.Told, e => e.Kind == "cloud.twin");
    }

    [Fact]
    public async Task A_server_of_ours_without_a_machine_is_an_orphan_that_can_be_given_back()
    {
        using var rack = await PlannedAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(30);
        var server = rack.Cloud.Servers[0];
        server.Name = CloudMark.Name("stray", CloudMark.New(rack.Provider.Owner));
        await rack.PlaceAsync("node-32");
        await rack.DeleteAsync("node-31");
        rack.Cloud.DeleteTime = TimeSpan.Zero;
        await rack.RoundsAsync(5);
        Assert.Empty(rack.Reconciler.Orphans);
        var stray = new CloudOrder(CloudMark.Name("stray", CloudMark.New(rack.Provider.Owner)), rack.Cloud.Plan, rack.Cloud.Location,
            new CloudBoot.InlineScript("#!ipxe\n"));
        await rack.Lines.AskAsync(rack.Provider, (cloud, stop) => cloud.CreateAsync(stray, null, stop), CancellationToken.None);
        await rack.ApproveAsync("node-32");
        await rack.RoundsAsync(3);
        var orphan = Assert.Single(rack.Reconciler.Orphans);
        Assert.Single(rack.Told, e => e.Kind == "cloud.orphan");
        Assert.Null((await rack.Reconciler.ReleaseOrphanAsync("here", orphan.Server.Id, null, "a test", CancellationToken.None)).Refusal);
        Assert.Equal(rack.Placement("node-32").Server, Assert.Single(rack.Cloud.Alive).Id);
    }

    [Fact]
    public async Task A_place_cannot_change_under_a_server_that_runs()
    {
        using var rack = await PlannedAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(30);
        await rack.PlaceAsync("node-31", new Place("here", "another-plan", "FRA"));
        await rack.RoundsAsync(3);
        Assert.StartsWith("its place changed", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.Single(rack.Cloud.Alive);
    }

    [Fact]
    public async Task The_secret_is_in_no_event_problem_or_answer()
    {
        using var rack = await PlannedAsync();
        rack.Cloud.Faults = _ => Fault.BrokenAfter;
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(5);
        Assert.DoesNotContain(rack.Told, e => e.Text.Contains(CloudRack.Token, StringComparison.Ordinal));
        Assert.DoesNotContain(CloudRack.Token, rack.Placement("node-31").ToString(), StringComparison.Ordinal);
    }

    private static async Task<CloudRack> PlannedAsync()
    {
        var rack = await CloudRack.StartAsync(new LatitudeSimulator());
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        return rack;
    }
}
