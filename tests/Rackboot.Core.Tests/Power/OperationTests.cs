using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Operations;
using Rackboot.Core.Storage;
using Rackboot.Tests.Shared;

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
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        var operation = await operations.StartAsync(new PowerRequest(PowerAction.On, null, "alice"), machines, skip: true);
        var steps = await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        Assert.Equal(Enumerable.Range(1, steps.Count), steps.Select(s => s.Number));
        Assert.Equal([("a", PowerStep.Done, "is on, after 0.0 s"), ("b", PowerStep.Failed, "no"),
            ("c", PowerStep.Skipped, "its document has no bmc")],
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
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        var operation = await operations.StartAsync(new PowerRequest(PowerAction.On, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        Assert.Equal(PowerStep.Failed, Assert.Single(operation.Machines).Step);
    }

    [Fact]
    public async Task Operations_are_forgotten_an_hour_after_their_end()
    {
        var machine = await _rack.AddAsync("a");
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        var operation = await operations.StartAsync(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        _rack.Clock.Pass(TimeSpan.FromMinutes(61));
        var next = await operations.StartAsync(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false);
        await ToListAsync(next.FollowAsync(0, CancellationToken.None));
        Assert.Null(operations.Find(operation.Id));
        Assert.Single(operations.All);
    }

    [Fact]
    public async Task An_operation_that_a_restart_cuts_off_is_taken_up_again_where_that_does_no_harm()
    {
        var machines = new List<Machine> { await _rack.AddAsync("a"), await _rack.AddAsync("b") };
        _rack.Bmc("a").State = _rack.Bmc("b").State = PowerState.On;
        _rack.Bmc("b").Frozen = true;
        var id = await CutOffAsync(new PowerRequest(PowerAction.Off, null, "alice"), machines, "a");
        _rack.Bmc("b").Frozen = false;
        _rack.Clock.Pass(TimeSpan.FromMinutes(1));

        var operation = await TakenUpAsync(id);
        Assert.Equal([("a", PowerStep.Done), ("b", PowerStep.Done)], operation.Machines.Select(m => (m.Machine, m.Step)));
        Assert.Equal((PowerState.Off, "alice"), (_rack.Bmc("b").State, operation.Request.By));
        Assert.Single(_rack.Bmc("a").Calls, "Off");
    }

    [Fact]
    public async Task A_reset_that_a_restart_cuts_off_is_not_done_twice_and_says_so_on_the_timeline()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").Frozen = true;
        var id = await CutOffAsync(new PowerRequest(PowerAction.Reset, null, "alice"), [machine], null);
        _rack.Bmc("a").Frozen = false;
        _rack.Bmc("a").State = PowerState.On;

        var operation = await TakenUpAsync(id);
        Assert.Contains("was reset: rackboot explain a", Assert.Single(operation.Machines).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Reset", _rack.Bmc("a").Calls);
        Assert.Contains(await _rack.EventsAsync("power.failed"), e => e.Text.Contains("whether the machine", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_operation_of_long_ago_and_that_of_a_deleted_machine_end_with_the_reason()
    {
        var machines = new List<Machine> { await _rack.AddAsync("a"), await _rack.AddAsync("b") };
        _rack.Bmc("a").Frozen = _rack.Bmc("b").Frozen = true;
        var id = await CutOffAsync(new PowerRequest(PowerAction.Off, null, "alice"), machines, null);
        Assert.Null(await _rack.Inventory.DeleteMachineAsync("b", null));
        _rack.Clock.Pass(TimeSpan.FromMinutes(11));

        var operation = await TakenUpAsync(id);
        Assert.Contains("too long to continue", operation.Machines[0].Text, StringComparison.Ordinal);
        Assert.Equal("the machine was deleted", operation.Machines[1].Text);
        Assert.NotNull(operation.Ended);
    }

    [Fact]
    public async Task Operations_that_are_forgotten_are_on_disk_no_more()
    {
        var machine = await _rack.AddAsync("a");
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        var operation = await operations.StartAsync(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        _rack.Clock.Pass(TimeSpan.FromMinutes(61));
        operation = await operations.StartAsync(new PowerRequest(PowerAction.Status, null, "alice"), [machine], skip: false);
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None));
        await _rack.EventsAsync(); // settles
        Assert.Equal(operation.Id, Assert.Single(_rack.Store.Load(Table.Operations)).Key);
        Assert.StartsWith(operation.Id, Assert.Single(_rack.Store.Load(Table.OperationSteps)).Key, StringComparison.Ordinal);
    }

    // Runs until a machine is done, where one is named, and all others have begun; then the daemon is stopping.
    private async Task<string> CutOffAsync(PowerRequest request, IReadOnlyList<Machine> machines, string? done)
    {
        var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        var operation = await operations.StartAsync(request, machines, skip: false);
        await Wait.UntilAsync(() => machines.All(HasCome), "all machines have come to where it is cut off");
        await operations.DisposeAsync();
        await _rack.RestartAsync();
        return operation.Id;

        bool HasCome(Machine machine) => machine.Name == done
            ? operation.Machines.Any(p => p.Machine == done && p.IsOver)
            : _rack.Bmc(machine.Name).Calls.Count > 0;
    }

    private async Task<PowerOperation> TakenUpAsync(string id)
    {
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        operations.TakeUp(machine => _rack.Inventory.Fleet[machine]);
        var operation = operations.Find(id)!;
        await ToListAsync(operation.FollowAsync(0, CancellationToken.None)).WaitAsync(TimeSpan.FromSeconds(30));
        return operation;
    }

    private static async Task<List<T>> ToListAsync<T>(IAsyncEnumerable<T> items)
    {
        var list = new List<T>();
        await foreach (var item in items)
            list.Add(item);
        return list;
    }
}
