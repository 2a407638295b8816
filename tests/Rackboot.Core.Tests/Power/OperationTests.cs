using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Operations;

namespace Rackboot.Core.Tests.Power;

public sealed class OperationTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task Each_machine_goes_its_own_way_and_a_follower_sees_every_step()
    {
        var machines = new List<Machine> { await _rack.AddAsync("a"), await _rack.AddAsync("b"), await _rack.PutAsync("c", null) };
        _rack.Bmc("b").Fails = () => new PowerException(PowerFailure.Refused, "no");
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Clock);
        var operation = operations.Start(new PowerRequest(PowerAction.On, null, "alice"), machines, skip: true);
        var steps = await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(s => s.Number));
        Assert.Equal([("a", PowerStep.Done, "is on, after 0.0 s"), ("b", PowerStep.Failed, "no"),
            ("c", PowerStep.Skipped, "nothing says how it is switched")],
            operation.Machines.Select(m => (m.Machine, m.Step, m.Text)));
        Assert.Contains(steps, s => s.Progress is { Machine: "a", Step: PowerStep.Running, Text: "switching on" });
        Assert.NotNull(operation.Ended);
        Assert.Equal(steps[2..].Select(s => s.Progress),
            (await ToListAsync(operation.FollowAsync(2, CancellationToken.None))).Select(s => s.Progress));
        Assert.Same(operation, operations.Find(operation.Id));
    }

    [Fact]
    public async Task A_machine_that_was_named_and_cannot_be_switched_fails()
    {
        var machine = await _rack.PutAsync("c", null);
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Clock);
        var operation = operations.Start(new PowerRequest(PowerAction.On, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        Assert.Equal(PowerStep.Failed, Assert.Single(operation.Machines).Step);
    }

    [Fact]
    public async Task Operations_are_forgotten_an_hour_after_their_end()
    {
        var machine = await _rack.AddAsync("a");
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Clock);
        var operation = operations.Start(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        _rack.Clock.Pass(TimeSpan.FromMinutes(61));
        await ToListAsync(operations.Start(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false).FollowAsync(
            0, CancellationToken.None));
        Assert.Null(operations.Find(operation.Id));
        Assert.Single(operations.All);
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
