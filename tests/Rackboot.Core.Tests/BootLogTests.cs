using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class BootLogTests
{
    [Fact]
    public async Task A_boot_is_stored_in_the_order_of_its_changes()
    {
        var store = Substitute.For<IStore>();
        store.Load(default, "").ReturnsForAnyArgs([]);
        var clock = new Clock();
        var boots = new BootLog(store, new EventLog(store, clock, NullLogger<EventLog>.Instance), clock);
        var machine = new Machine { Id = new MachineId("m"), Name = "m", Observed = new MachineObservation { FirstSeen = clock.Now, LastSeen = clock.Now } };
        boots.Note(machine, BootStage.Script, "ipxe", "one");
        var meanwhile = new Thread(() => boots.Note(machine, BootStage.Kernel, "http", "two"));
        var committed = false;
        var early = false;
        store.When(s => s.Post(Arg.Any<Change>())).Do(_ => early |= !Volatile.Read(ref committed));
        store.CommitAsync(default!).ReturnsForAnyArgs(_ =>
        {
            meanwhile.Start();
            SpinWait.SpinUntil(() => !meanwhile.IsAlive || meanwhile.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            Volatile.Write(ref committed, true);
            return Task.CompletedTask;
        });
        await boots.CommitAsync(machine.Id, b => b with { TokenSha256 = "t" });
        meanwhile.Join();
        Assert.False(early, "what happened after the commit was handed to the store before it");
    }
}
