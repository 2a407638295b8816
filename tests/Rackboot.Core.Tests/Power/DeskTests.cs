using Rackboot.Core.Events;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Operations;

namespace Rackboot.Core.Tests.Power;

/// <summary>The one way to every BMC: turns, limits, and what follows from failures.</summary>
public sealed class DeskTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task Machines_that_share_a_bmc_speak_to_it_one_at_a_time()
    {
        var (a, b) = (await _rack.AddAsync("a", "10.0.0.1"), await _rack.AddAsync("b", "10.0.0.1"));
        _rack.Bmcs["b"] = _rack.Bmc("a");
        _rack.Bmc("a").Frozen = true;
        var polls = new[] { a, b, a, b }.Select(m => Task.Run(() => _rack.Desk.ReadAsync(m, CancellationToken.None))).ToList();
        while (_rack.Bmc("a").Calls.Count == 0)
            await Task.Yield();
        _rack.Bmc("a").Frozen = false;
        _rack.Clock.Pass(TimeSpan.FromSeconds(20));
        await Task.WhenAll(polls).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal((4, 1), (_rack.Bmc("a").Calls.Count, _rack.Bmc("a").MostInside));
    }

    [Fact]
    public async Task Machines_behind_one_webhook_do_not_wait_for_each_other()
    {
        var spec = new BmcSpec { Driver = BmcDriver.Webhook, Url = "http://127.0.0.1:9/" };
        var (a, b) = (await _rack.PutAsync("a", spec), await _rack.PutAsync("b", spec));
        _rack.Bmc("a").Frozen = true;
        var waiting = _rack.Desk.ReadAsync(a, CancellationToken.None);
        Assert.Equal(PowerState.Off, (await _rack.Desk.ReadAsync(b, CancellationToken.None)).State);
        await Assert.ThrowsAsync<PowerException>(() => _rack.Clock.UntilAsync(waiting));
    }

    [Fact]
    public async Task A_bmc_that_answers_nothing_is_given_up_after_the_time_for_a_call()
    {
        var machine = await _rack.AddAsync("a");
        _rack.Bmc("a").Frozen = true;
        var failure =
            await Assert.ThrowsAsync<PowerException>(() => _rack.Clock.UntilAsync(_rack.Desk.ReadAsync(machine, CancellationToken.None)));
        Assert.Equal(
            (PowerFailure.NoAnswer, "ipmi a.bmc gave no answer within 20 s; is its address right, and does its network reach this host?"),
            (failure.Failure, failure.Message));
        Assert.Equal((PowerState.Unknown, null, failure.Message),
            (_rack.Desk.Known(machine)!.State, _rack.Desk.Known(machine)!.Read, _rack.Desk.Known(machine)!.Problem));
    }

    [Fact]
    public async Task Two_refused_logins_stop_everything_until_the_credential_changes_even_over_a_restart()
    {
        var machine = await _rack.AddAsync("a");
        var bmc = _rack.Bmc("a");
        bmc.Fails = () => new PowerException(PowerFailure.WrongCredential, "refused");
        for (var i = 0; i < 10; i++)
            await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal(2, bmc.Calls.Count);
        Assert.True(_rack.Desk.IsStopped(machine));
        var told = Assert.Single(await _rack.EventsAsync("bmc.stopped"));
        Assert.Equal(Level.Error, told.Level);
        Assert.Contains("ipmi a.bmc refused credential bmc 2 times; all attempts stop, so that the account is not locked", told.Text,
            StringComparison.Ordinal);

        Assert.Equal(PowerFailure.Misconfigured, (await _rack.FailureAsync(machine, PowerAction.On)).Failure);
        await _rack.RestartAsync();
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal(2, bmc.Calls.Count);

        bmc.Fails = null;
        _rack.Clock.Pass(TimeSpan.FromSeconds(1));
        await _rack.Vault.PutAsync("bmc", "admin", new Secret("second"), null, dryRun: false);
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal((3, PowerState.Off, false), (bmc.Calls.Count, _rack.Desk.Known(machine)!.State, _rack.Desk.IsStopped(machine)));
        Assert.Equal("second"u8.ToArray(), _rack.Contacts[^1].Login!.Password.Reveal().ToArray());
    }

    [Fact]
    public async Task One_refused_login_between_good_ones_stops_nothing()
    {
        var machine = await _rack.AddAsync("a");
        for (var i = 0; i < 6; i++)
        {
            _rack.Bmc("a").Fails = i % 2 == 0 ? () => new PowerException(PowerFailure.WrongCredential, "refused") : null;
            await _rack.Desk.PollAsync(machine, CancellationToken.None);
        }

        Assert.Equal(6, _rack.Bmc("a").Calls.Count);
    }

    [Fact]
    public async Task A_changed_document_brings_a_new_connection_and_the_old_one_is_closed()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        var old = _rack.Bmc("a");
        _rack.Bmcs["a"] = new FakeBmc { State = PowerState.On };
        machine = await _rack.AddAsync("a", "elsewhere.bmc");
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.True(old.Disposed);
        Assert.Equal(PowerState.On, _rack.Desk.Known(machine)!.State);
    }

    [Fact]
    public async Task A_silent_bmc_is_polled_less_and_less_often_but_an_operator_is_served_at_once()
    {
        var machine = await _rack.AddAsync("a");
        var bmc = _rack.Bmc("a");
        bmc.Fails = () => new PowerException(PowerFailure.NoAnswer, "silent");
        for (var i = 0; i < 120; i++) // an hour
        {
            await _rack.Desk.PollAsync(machine, CancellationToken.None);
            _rack.Clock.Pass(TimeSpan.FromSeconds(30));
        }

        Assert.InRange(bmc.Calls.Count, 8, 11);
        Assert.Single(await _rack.EventsAsync("bmc.silent"));
        bmc.Fails = null;
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On)).State);
        Assert.Single(await _rack.EventsAsync("bmc.back"));
    }

    [Fact]
    public async Task A_driver_that_stumbles_costs_its_own_machine_and_no_other()
    {
        var machines = new List<Rackboot.Core.Machines.Machine>();
        foreach (var name in new[] { "a", "b", "c" })
            machines.Add(await _rack.AddAsync(name));
        _rack.Bmc("a").Fails = () => new InvalidOperationException("a bug");
        await using var operations = new PowerOperations(_rack.Desk, _rack.Actions, _rack.Store, _rack.Clock);
        _rack.Desk.Settings = new PowerSettings { Parallel = 1 };
        var operation = await operations.StartAsync(new PowerRequest(PowerAction.On, null, "alice"), machines, skip: false);
        await foreach (var _ in operation.FollowAsync(0, CancellationToken.None))
        {
            // To its end.
        }

        Assert.Equal([PowerStep.Failed, PowerStep.Done, PowerStep.Done], operation.Machines.Select(m => m.Step));
        Assert.Equal("ipmi a.bmc sent an unexpected answer (InvalidOperationException: a bug)", operation.Machines[0].Text);
    }

    [Fact]
    public async Task A_machine_that_is_no_more_leaves_no_connection()
    {
        var machine = await _rack.AddAsync("a");
        await _rack.Desk.PollAsync(machine, CancellationToken.None);
        await _rack.Inventory.DeleteMachineAsync("a", null);
        _rack.Desk.Prune();
        Assert.True(_rack.Bmc("a").Disposed);
    }
}
