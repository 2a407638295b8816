using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Core.Events;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>Never pay twice, never lose what was paid for.</summary>
public sealed class MoneyTests
{
    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_machine_goes_from_applied_to_given_back(string provider)
    {
        using var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        Assert.Empty(rack.Cloud.Servers);
        Assert.Equal((PlacementStage.Planned, null), (rack.Placement("node-31").Stage, rack.Placement("node-31").Problem));

        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(40);
        var placement = rack.Placement("node-31");
        Assert.True(placement.Stage == PlacementStage.Running, $"{placement.Stage}: "
            + $"{placement.Problem}\n{string.Join('\n', rack.Told.Select(e => e.Text))}");
        var server = Assert.Single(rack.Cloud.Servers);
        Assert.Equal((server.Id, CloudMark.Of(server.Name)), (placement.Server, placement.Mark));
        Assert.Equal(server.Address, Assert.Single(placement.Addresses).ToString());

        await rack.DeleteAsync("node-31");
        await rack.RoundsAsync(10);
        Assert.Empty(rack.Cloud.Alive);
        Assert.Empty(rack.Book.Placements);
        Assert.Single(rack.Cloud.Servers);
        Assert.DoesNotContain(rack.Told, e => e.Level == Level.Error);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_server_is_switched_and_its_console_opened_as_the_traits_say(string provider)
    {
        using var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await Specs.SpecificationTests.LiveAsync(rack);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Whatever_goes_wrong_a_machine_has_one_server_and_gives_it_back(string provider)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            using var rack = await CloudRack.StartAsync(Providers.Start(provider));
            rack.Cloud.ListLag = TimeSpan.FromSeconds(random.Next(0, 240));
            rack.Cloud.DeleteTime = TimeSpan.FromSeconds(random.Next(0, 120));
            rack.Cloud.Faults = _ => random.Next(4) == 0 ? (Fault)random.Next(1, 9) : Fault.None;
            await rack.PlaceAsync("node-31");
            var deletes = random.Next(2) == 0;
            for (var round = 0; round < 60; round++)
            {
                await RoundAsync(rack);
                OneServerAtMost(rack, seed);
                Approve(rack);
                if (deletes && round == 30)
                    await rack.DeleteAsync("node-31");
            }

            rack.Cloud.Faults = null;
            for (var round = 0; round < 120; round++)
            {
                await RoundAsync(rack);
                OneServerAtMost(rack, seed);
                Approve(rack);
            }

            if (deletes)
                Assert.Empty(rack.Cloud.Alive);
            else
                Assert.True(rack.Placement("node-31").Stage == PlacementStage.Running, $"seed {seed}: {rack.Placement("node-31")}");
            Assert.Equal(deletes ? 0 : 1, rack.Cloud.Alive.Count());
            Assert.Equal(deletes ? 0 : 1, rack.Book.Placements.Count(p => p.Stage != PlacementStage.Unsure));
        }
    }

    private static async Task RoundAsync(CloudRack rack)
    {
        try
        {
            await rack.RoundsAsync();
        }
        catch (KilledException)
        {
            rack.Restart();
            rack.Clock.Pass(TimeSpan.FromSeconds(30));
        }
        catch (CloudException)
        {
            rack.Clock.Pass(TimeSpan.FromSeconds(30));
        }
    }

    // The person who is asked looks at the provider before saying that it may be bought again.
    private static void Approve(CloudRack rack)
    {
        if (rack.Book.Placements.FirstOrDefault() is { Approval: null, Quote: not null, Stage: PlacementStage.Planned
            or PlacementStage.Unsure or PlacementStage.Lost } placement
            && !rack.Cloud.Alive.Any())
            rack.Book.ApproveAsync(placement.Machine, "a test").GetAwaiter().GetResult();
    }

    private static void OneServerAtMost(CloudRack rack, int seed) =>
        Assert.True(rack.Cloud.Alive.Count() <= 1, $"seed {seed}: {string.Join('\n', rack.Told.Select(e => $"{e.Time:T} {e.Text}"))}");
}
