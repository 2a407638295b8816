using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Core.Machines;
using Rackboot.Tests.Shared;

namespace Rackboot.Cloud.Tests.Life;

/// <summary>When a provider is asked before its next look is due.</summary>
public sealed class WakeTests
{
    [Fact]
    public async Task A_provider_is_asked_at_once_when_a_machine_at_it_is_removed_and_not_when_a_stranger_is()
    {
        var robot = new RobotSimulator();
        using var rack = await CloudRack.StartAsync(robot);
        var machine = await rack.PlaceAsync("db-1", new Place("here", null, null, "321"));
        await rack.RoundsAsync(5);
        Assert.Equal(PlacementStage.Running, rack.Placement("db-1").Stage); // its next look is due in a minute

        using var stop = new CancellationTokenSource();
        var reconciler = new CloudReconciler(rack.Book, rack.Lines, rack.Catalogue, rack.Inventory, rack.Events, TimeProvider.System);
        var before = robot.Requests.Count;
        var running = reconciler.RunAsync(stop.Token);
        await LooksAsync("its first look begins");
        await reconciler.LookAsync(stop.Token); // after that one: looks at a provider take turns
        before = robot.Requests.Count;

        for (var i = 0; i < 10; i++)
        {
            reconciler.Left(MachineId.New(DateTimeOffset.UnixEpoch.AddSeconds(i)));
            await Task.Delay(50);
        }

        Assert.Equal(before, robot.Requests.Count);
        reconciler.Left(machine.Id);
        await LooksAsync("it looks again");
        await stop.CancelAsync();
        await running;

        Task LooksAsync(string what) => Wait.UntilAsync(() => robot.Requests.Count > before, what, TimeSpan.FromSeconds(20));
    }
}
