using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests.Store;

/// <summary>A full disk and a damaged file: the store says what is wrong, refuses, and goes on.</summary>
public sealed class StoreTroubleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task On_a_full_disk_commits_are_refused_with_the_reason_and_work_again_when_there_is_space()
    {
        using var disk = new StoreDirectory(megabytes: 3);
        await using var store = disk.Open();
        await store.CommitAsync([Change.Put(Table.Leases, "before", "kept")]);
        disk.Fill();
        var refused = await UntilRefusedAsync(store);
        Assert.Equal(StoreFault.DiskFull, refused.Trouble.Fault);
        Assert.Contains("the disk has been full since", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"free space in {disk.Path}", refused.Message, StringComparison.Ordinal);
        for (var i = 0; i < 100; i++)
        {
            store.Post(Change.Put(Table.Events, $"{i}", new string('x', 500)));
            await Assert.ThrowsAsync<StoreException>(() => store.CommitAsync([Change.Put(Table.Leases, "big", new string('x', 200_000))]));
        }

        Assert.Equal("kept", StoreJson.Read<string>(store.Find(Table.Leases, "before")!));
        Assert.NotNull(store.Health.Trouble);
        disk.Free();
        Assert.Null(await store.ProbeAsync(Patience));
        await store.CommitAsync([Change.Put(Table.Leases, "after", "kept")]);
        Assert.Equal("kept", StoreJson.Read<string>(store.Find(Table.Leases, "after")!));
        Assert.True(store.Dropped > 0);
    }

    [Fact]
    public async Task While_another_program_has_locked_the_file_everybody_is_told_at_once_and_then_it_works_again()
    {
        using var disk = new StoreDirectory(megabytes: 16);
        await using var store = disk.Open();
        await store.CommitAsync([Change.Put(Table.Leases, "before", "kept")]);
        using (var other = new SqliteConnection($"Data Source={Path.Combine(disk.Path, "rackboot.db")};Pooling=false"))
        {
            other.Open();
            Lock(other, "BEGIN IMMEDIATE");
            var waiting = Enumerable.Range(0, 20).Select(i => store.CommitAsync([Change.Put(Table.Leases, $"{i}", "")])).ToList();
            foreach (var one in waiting)
            {
                var refused = await Assert.ThrowsAsync<StoreException>(() => one.WaitAsync(Patience));
                Assert.Equal(StoreFault.Locked, refused.Trouble.Fault);
                Assert.Contains($"find and end it: fuser -v {disk.Path}/rackboot.db", refused.Message, StringComparison.Ordinal);
            }

            Assert.Equal("kept", StoreJson.Read<string>(store.Find(Table.Leases, "before")!));
            Assert.Equal(StoreFault.Locked, store.Health.Trouble?.Fault);
            Lock(other, "ROLLBACK");
        }

        await store.CommitAsync([Change.Put(Table.Leases, "after", "kept")]);
        Assert.Null(store.Health.Trouble);
    }

    [Fact]
    public async Task The_reserve_takes_leases_and_changes_when_the_disk_is_full_and_nothing_that_is_only_seen()
    {
        using var disk = new StoreDirectory(megabytes: 16);
        await using var store = disk.Open(reserve: 1 << 20);
        disk.Fill();
        for (var i = 0; store.Health.Trouble is null && i < 5000; i++)
            await store.CommitAsync([Change.Put(Table.Leases, $"10.0.0.{i}", new string('x', 500))]);
        Assert.Equal(StoreFault.DiskLow, store.Health.Trouble?.Fault);
        for (var i = 0; i < 200; i++)
            await store.CommitAsync([Change.Put(Table.Leases, $"10.1.0.{i}", new string('x', 500))]);
        var dropped = store.Dropped;
        store.Post(Change.Put(Table.Events, "1", "seen"));
        await store.CommitAsync([Change.Put(Table.Leases, "10.2.0.1", "kept")]);
        Assert.Equal(dropped + 1, store.Dropped);
        Assert.Null(store.Find(Table.Events, "1"));

        disk.Free();
        Assert.Null(await store.ProbeAsync(Patience));
        Assert.True(File.Exists(Path.Combine(disk.Path, "rackboot.reserve")));
        store.Post(Change.Put(Table.Events, "2", "seen"));
        await store.CommitAsync([Change.Put(Table.Leases, "10.2.0.2", "kept")]);
        Assert.NotNull(store.Find(Table.Events, "2"));
    }

    [Fact]
    public async Task A_store_on_a_full_disk_is_opened_with_the_room_of_the_reserve()
    {
        using var disk = new StoreDirectory(megabytes: 16);
        await using (var store = disk.Open(reserve: 1 << 20))
            await store.CommitAsync([Change.Put(Table.Leases, "before", "kept")]);
        disk.Fill();
        await using var again = disk.Open(reserve: 1 << 20);
        await again.CommitAsync([Change.Put(Table.Leases, "after", "kept")]);
        Assert.Equal("kept", StoreJson.Read<string>(again.Find(Table.Leases, "before")!));
        Assert.Equal(StoreFault.DiskLow, again.Health.Trouble?.Fault);
    }

    [Fact]
    public async Task Boots_go_on_from_memory_on_a_full_disk_and_are_stored_when_there_is_space()
    {
        using var disk = new StoreDirectory(megabytes: 3);
        await using var store = disk.Open();
        var events = new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance);
        var boots = new BootLog(store, events, TimeProvider.System);
        var machine = new Machine { Id = new MachineId("m1"), Name = "node",
            Observed = new MachineObservation { FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch } };
        boots.Note(machine, BootStage.Script, "ipxe", "boots");
        disk.Fill();
        await UntilRefusedAsync(store);
        var boot = await boots.CommitAsync(machine.Id, b => b with { TokenSha256 = "hash" });
        Assert.Equal(boot, boots.WithToken("hash"));
        boots.Note(machine, BootStage.Kernel, "http", "fetches kernel");

        disk.Free();
        Assert.Null(await store.ProbeAsync(Patience));
        boots.StoreAgain();
        await store.ProbeAsync(Patience);
        Assert.Equal("hash", new BootLog(store, events, TimeProvider.System).Current(machine.Id)!.TokenSha256);
    }

    [Fact]
    public void A_store_that_cannot_be_opened_for_want_of_space_says_so()
    {
        using var disk = new StoreDirectory(megabytes: 1);
        disk.Fill();
        var e = Assert.ThrowsAny<IOException>(() => disk.Open());
        Assert.Contains(e is StoreException store ? store.Trouble.AtStart : e.Message, new[] { $"opening {disk.File} failed: the disk "
            + $"is full, 0 bytes are free; free space in {disk.Path}", $"No space left on device : '{disk.File}'" });
    }

    [Theory]
    [InlineData("no database at all")]
    [InlineData("cut off")]
    [InlineData("empty")]
    public async Task A_damaged_store_is_refused_at_the_start_by_a_sentence_that_says_what_to_restore(string damage)
    {
        using var disk = new StoreDirectory();
        await using (var store = disk.Open())
            await store.CommitAsync([.. Enumerable.Range(0, 200).Select(i => Change.Put(Table.Leases, $"{i}", new string('x', 500)))]);
        var bytes = File.ReadAllBytes(disk.File);
        File.WriteAllBytes(disk.File, damage switch { "empty" => [], "cut off" => bytes[..(bytes.Length / 2)], _ => [.. bytes.Select(b =>
            (byte)~b)] });
        var e = Assert.Throws<StoreException>(() => disk.Open().Load(Table.Leases));
        Assert.Equal(StoreFault.Damaged, e.Trouble.Fault);
        Assert.StartsWith($"{disk.File} is damaged (", e.Trouble.AtStart, StringComparison.Ordinal);
        Assert.Contains("restore it from a copy, with the key of that time", e.Trouble.AtStart, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_in_one_table_that_is_met_later_is_said_and_everything_else_goes_on()
    {
        using var disk = new StoreDirectory();
        await using (var first = disk.Open())
            await first.CommitAsync([.. Enumerable.Range(0, 500).Select(i => Change.Put(Table.Events, $"{i:d5}", new string('x', 500)))]);
        DamagePagesOf(disk, "events");

        await using var store = disk.Open();
        Assert.Null(store.Health.Trouble);
        var e = Assert.Throws<StoreException>(() => store.Load(Table.Events));
        Assert.Equal(StoreFault.Damaged, e.Trouble.Fault);
        Assert.Contains($"{disk.File} is damaged, detected ", store.Health.Trouble!.Sentence, StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            store.Post(Change.Put(Table.Events, $"{i:d5}", "again"));
            await store.CommitAsync([Change.Put(Table.Leases, $"10.0.0.{i}", "kept")]);
        }

        Assert.Equal(20, store.Load(Table.Leases).Count);
        Assert.Equal(StoreFault.Damaged, (await store.ProbeAsync(Patience))!.Fault);
    }

    private static async Task<StoreException> UntilRefusedAsync(SqliteStore store)
    {
        for (var i = 0; i < 5000; i++)
        {
            try
            {
                await store.CommitAsync([Change.Put(Table.Leases, $"10.0.0.{i}", new string('x', 1000))]);
            }
            catch (StoreException e)
            {
                return e;
            }
        }

        throw new InvalidOperationException("the disk took everything");
    }

    // SQLite's page of 4 KiB begins with its kind (sqlite.org/fileformat2.html#b_tree_pages); 255 is none.
    private static void Lock(SqliteConnection connection, string how)
    {
        using var command = connection.CreateCommand();
        command.CommandText = how;
        command.ExecuteNonQuery();
    }

    private static void DamagePagesOf(StoreDirectory disk, string table)
    {
        var page = int.Parse(disk.Sql($"SELECT rootpage FROM sqlite_schema WHERE name = '{table}';"));
        using var file = new FileStream(disk.File, FileMode.Open, FileAccess.Write);
        file.Position = (page - 1) * 4096L;
        file.Write(Enumerable.Repeat((byte)255, 4096).ToArray());
    }
}
