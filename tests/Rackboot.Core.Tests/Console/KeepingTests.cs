using Rackboot.Core.Console;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;

namespace Rackboot.Core.Tests.Console;

/// <summary>When consoles are opened, opened again, and closed.</summary>
public sealed class KeepingTests : IAsyncDisposable
{
    private readonly ConsoleRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_line_that_cannot_be_opened_is_tried_less_and_less_often_and_told_once()
    {
        var machine = await _rack.AddAsync();
        using var alice = _rack.Watch(machine, "alice");
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            (await _rack.OpeningAsync()).Refuse("no answer");
            Assert.Equal($"no answer; next attempt in {seconds} s",
                (await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text);
            _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(seconds));
        }

        (await _rack.OpeningAsync()).Accept();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        Assert.Equal(
            ["console.joined: alice watches the console", "console.lost: no answer", "console.back: the console is connected again"],
            await _rack.EventsAsync());
    }

    [Fact]
    public async Task A_line_that_was_lost_after_a_while_is_opened_again_soon_and_what_is_typed_meanwhile_is_refused()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        for (var i = 0; i < 3; i++)
        {
            _rack.Rack.Clock.Pass(TimeSpan.FromMinutes(1));
            line.Lose("the session has ended");
            Assert.Equal("the session has ended; next attempt in 1 s",
                (await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text);
            Assert.True(line.IsClosed);
            await alice.TypeAsync("x");
            Assert.StartsWith("not connected, so your input is discarded", (await alice.UntilAsync<ConsoleUpdate.Notice>()).Text,
                StringComparison.Ordinal);
            _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(1));
            line = (await _rack.OpeningAsync()).Accept();
            await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        }
    }

    [Fact]
    public async Task A_line_that_acknowledges_nothing_is_given_up()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Refuses = new ConsoleException("not acknowledged");
        await alice.TypeAsync("x");
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        Assert.True(line.IsClosed);
    }

    [Fact]
    public async Task Taking_over_while_the_bmc_gives_its_console_to_another_tries_at_once_and_takes_it_there()
    {
        var machine = await _rack.AddAsync();
        using var alice = _rack.Watch(machine, "alice");
        var first = await _rack.OpeningAsync();
        Assert.False(first.TakeOver);
        first.Refuse("open for someone else");
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        alice.Watcher.TakeOver();
        var second = await _rack.OpeningAsync();
        Assert.True(second.TakeOver);
        second.Refuse("still");
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(2));
        Assert.False((await _rack.OpeningAsync()).TakeOver);
    }

    [Fact]
    public async Task What_was_taken_over_once_is_not_taken_from_the_bmc_another_time()
    {
        var machine = await _rack.AddAsync();
        using var alice = _rack.Watch(machine, "alice");
        var opening = await _rack.OpeningAsync();
        alice.Watcher.TakeOver();
        var line = opening.Accept();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
        line.Lose("lost");
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(1));
        Assert.False((await _rack.OpeningAsync()).TakeOver);
    }

    [Fact]
    public async Task A_line_that_fails_by_a_mistake_of_ours_is_tried_again_too()
    {
        var machine = await _rack.AddAsync();
        using var alice = _rack.Watch(machine, "alice");
        (await _rack.OpeningAsync()).Answer.SetException(new InvalidOperationException("oops"));
        Assert.StartsWith("it failed with an unexpected error (InvalidOperationException: oops)",
            (await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting)).Text, StringComparison.Ordinal);
        _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(1));
        (await _rack.OpeningAsync()).Accept();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
    }

    [Fact]
    public async Task A_console_is_closed_a_moment_after_the_last_has_left()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        alice.Dispose();
        await _rack.Desk.TidyAsync();
        Assert.False(line.IsClosed);
        using (var bob = _rack.Watch(machine, "bob"))
            Assert.Equal(ConsoleState.Open, (await bob.UntilAsync<ConsoleUpdate.Connection>()).State);
        _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(5));
        await _rack.Desk.TidyAsync();
        Assert.True(line.IsClosed);
        Assert.Equal(ConsoleReport.Closed, _rack.Desk.Report(machine));
        Assert.Equal("console.closed: the console is closed: the last watcher left", (await _rack.EventsAsync())[^1]);
    }

    [Fact]
    public async Task Where_all_is_logged_every_console_is_kept_open()
    {
        _rack.Desk.Settings = new ConsoleSettings { Log = ConsoleLogging.Always };
        var machine = await _rack.AddAsync();
        await _rack.Rack.PutAsync("without", new BmcSpec { Driver = BmcDriver.Manual });
        await _rack.Desk.TidyAsync();
        var opening = await _rack.OpeningAsync();
        Assert.Equal("node-01", opening.Machine);
        var line = opening.Accept();
        _rack.Rack.Clock.Pass(TimeSpan.FromHours(1));
        await _rack.Desk.TidyAsync();
        Assert.False(line.IsClosed);
        Assert.Contains(_rack.Desk.Report(machine).State, new[] { ConsoleState.Connecting, ConsoleState.Open });
    }

    [Fact]
    public async Task A_machine_that_is_deleted_ends_its_console_and_its_log()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("x\n");
        await alice.ReadAsync(2);
        await _rack.Desk.TidyAsync();
        Assert.True(Directory.Exists(Path.Combine(_rack.Logs, "node-01")));
        await _rack.Rack.Inventory.DeleteMachineAsync("node-01", null);
        await _rack.Desk.TidyAsync();
        Assert.Equal(new ConsoleUpdate.Connection(ConsoleState.Closed, "the machine was deleted"),
            await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Closed));
        Assert.Null(await alice.NextAsync());
        Assert.False(Directory.Exists(Path.Combine(_rack.Logs, "node-01")));
    }

    [Fact]
    public async Task A_document_that_names_another_console_has_the_line_opened_there()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        await _rack.Rack.PutAsync("node-01", machine.Spec!.Bmc! with { Console = "/elsewhere" });
        await _rack.Desk.TidyAsync();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Waiting);
        Assert.True(line.IsClosed);
        _rack.Rack.Clock.Pass(TimeSpan.FromSeconds(1));
        (await _rack.OpeningAsync()).Accept();
        await alice.UntilAsync<ConsoleUpdate.Connection>(c => c.State == ConsoleState.Open);
    }

    [Theory]
    [InlineData(BmcDriver.Ipmi, null, null)]
    [InlineData(BmcDriver.Redfish, null, null)]
    [InlineData(BmcDriver.Manual, "/serial", null)]
    [InlineData(
        BmcDriver.Manual, null,
        "driver manual has no console; if node-01 has a Unix socket for its serial port, set bmc.console to its path")]
    public async Task What_a_console_comes_from_or_what_is_missing_for_one(BmcDriver driver, string? console, string? missing) =>
        Assert.Equal(missing, ConsoleSources.Missing(
            await _rack.Rack.PutAsync("node-01", new BmcSpec { Driver = driver, Address = "10.0.0.1", Console = console })));

    [Fact]
    public async Task A_machine_without_a_bmc_is_told_what_to_add()
    {
        Assert.StartsWith("node-01 has no bmc and so no console; add bmc",
            ConsoleSources.Missing(await _rack.Rack.PutAsync("node-01", null)), StringComparison.Ordinal);
    }
}
