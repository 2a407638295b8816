using Rackboot.Core.Console;

namespace Rackboot.Core.Tests.Console;

/// <summary>Several watch a console, one types.</summary>
public sealed class WatchingTests : IAsyncDisposable
{
    private readonly ConsoleRack _rack = new();

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task Who_comes_later_sees_first_what_was_written_before_and_then_the_same_as_all()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Write("GRUB\r\n");
        Assert.Equal("GRUB\r\n", await alice.ReadAsync(6));
        using var bob = _rack.Watch(machine, "bob");
        line.Write("login: ");
        Assert.Equal("GRUB\r\n", await bob.ReadAsync(6));
        Assert.Equal(ConsoleState.Open, (await bob.UntilAsync<ConsoleUpdate.Connection>()).State);
        Assert.Equal("login: ", await bob.ReadAsync(7));
        Assert.Equal("login: ", await alice.ReadAsync(7));
    }

    [Fact]
    public async Task The_first_who_may_types_and_another_is_told_once_that_his_keys_go_nowhere()
    {
        var machine = await _rack.AddAsync();
        using var carol = _rack.Watch(machine, "carol", mayWrite: false);
        var (alice, line) = await _rack.OpenAsync(machine);
        using var bob = _rack.Watch(machine, "bob");
        Assert.Equal(new ConsoleUpdate.Writer("alice", You: false, Taken: false), await bob.UntilAsync<ConsoleUpdate.Writer>());
        await bob.TypeAsync("r");
        await bob.TypeAsync("m");
        Assert.Equal(
            "alice is typing; your input is discarded until you take over", (await bob.UntilAsync<ConsoleUpdate.Notice>()).Text);
        await carol.TypeAsync("x");
        Assert.Equal("you are watching read-only", (await carol.UntilAsync<ConsoleUpdate.Notice>()).Text);
        await alice.TypeAsync("ls\r");
        Assert.Equal("ls\r", await line.TypedAsync());
        bob.Dispose();
        while (await bob.NextAsync() is { } update)
            Assert.IsNotType<ConsoleUpdate.Notice>(update);
        Assert.Equal("alice", _rack.Desk.Report(machine).Writer);
        Assert.Equal(["carol", "alice"], _rack.Desk.Report(machine).Watchers);
    }

    [Fact]
    public async Task Taking_over_tells_who_lost_it_and_is_an_event()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        using var bob = _rack.Watch(machine, "bob");
        bob.Watcher.TakeOver();
        Assert.Equal(new ConsoleUpdate.Writer("bob", You: false, Taken: true), await alice.UntilAsync<ConsoleUpdate.Writer>(w => w.Taken));
        Assert.Equal(new ConsoleUpdate.Writer("bob", You: true, Taken: false), await bob.UntilAsync<ConsoleUpdate.Writer>(w => w.You));
        await alice.TypeAsync("lost");
        await bob.TypeAsync("kept");
        await bob.Watcher.SendBreakAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("kept", "BREAK"), (await line.TypedAsync(), await line.TypedAsync()));
        bob.Dispose();
        Assert.Equal(
            ["console.joined: alice watches the console", "console.opened: the console is open for alice", "console.joined: bob watches "
                + "the console", "console.taken: bob takes over the console from alice", "console.left: bob left the console"],
            await _rack.EventsAsync());
    }

    [Fact]
    public async Task Who_only_watches_cannot_take_it_over()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        using var bob = _rack.Watch(machine, "bob", mayWrite: false);
        bob.Watcher.TakeOver();
        await alice.TypeAsync("a");
        Assert.Equal("a", await line.TypedAsync());
    }

    [Fact]
    public async Task When_the_one_who_typed_has_left_the_next_who_types_is_it()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        using var bob = _rack.Watch(machine, "bob");
        alice.Dispose();
        await bob.UntilAsync<ConsoleUpdate.Writer>(w => w.Name is null);
        await bob.TypeAsync("b");
        Assert.Equal("b", await line.TypedAsync());
        Assert.Equal(new ConsoleUpdate.Writer("bob", You: true, Taken: false), await bob.UntilAsync<ConsoleUpdate.Writer>());
    }

    [Fact]
    public async Task Who_reads_too_slowly_is_told_how_much_is_missing_and_holds_up_nobody()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        using var slow = _rack.Watch(machine, "slow", mayWrite: false);
        var block = new byte[4096];
        for (var i = 0; i < 1030; i++)
        {
            line.Write(block);
            await alice.ReadAsync(block.Length);
        }

        Assert.Equal(4 << 20, (await slow.ReadAsync(4 << 20)).Length);
        line.Write("end");
        Assert.Equal(6 * 4096, (await slow.UntilAsync<ConsoleUpdate.Lost>()).Bytes);
        Assert.Equal("end", await slow.ReadAsync(3));
    }

    [Fact]
    public async Task A_machine_that_takes_no_characters_is_said_to_and_stays_connected()
    {
        var machine = await _rack.AddAsync();
        var (alice, line) = await _rack.OpenAsync(machine);
        line.Refuses = new ConsoleException("is the machine on?") { LineIsGood = true };
        await alice.TypeAsync("x");
        Assert.Equal("is the machine on?", (await alice.UntilAsync<ConsoleUpdate.Notice>()).Text);
        line.Refuses = null;
        await alice.TypeAsync("y");
        Assert.Equal("y", await line.TypedAsync());
        Assert.False(line.IsClosed);
    }
}
