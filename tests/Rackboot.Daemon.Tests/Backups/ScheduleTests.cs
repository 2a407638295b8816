using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Backup;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Backups;
using Rackboot.Daemon.Configuration;
using Rackboot.Daemon.Tests.Explain;

namespace Rackboot.Daemon.Tests.Backups;

/// <summary>When scheduled backups are made, which are kept, and what is in them.</summary>
public sealed class ScheduleTests : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("schedule-").FullName;
    private readonly FaultClock _clock = new();
    private readonly SqliteStore _store;
    private readonly SnapshotSchedule _schedule;

    public ScheduleTests()
    {
        File.WriteAllText(PassphraseFile, "correct horse\n");
        _store = SqliteStore.Open(Path.Combine(_data, "rackboot.db"), NullLogger.Instance);
        var events = new EventLog(_store, _clock, NullLogger<EventLog>.Instance);
        _schedule = new SnapshotSchedule(new StoreBackup(_store, _data, null, _clock), _data, events, _clock)
        {
            Settings = new BackupSettings { Every = TimeSpan.FromHours(1), Keep = 2, Key = PassphraseFile },
        };
    }

    private string PassphraseFile => Path.Combine(_data, "passphrase");

    private IEnumerable<string?> Shelf => Directory.EnumerateFiles(Path.Combine(_data, "backups")).Select(Path.GetFileName)
        .Order(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task One_is_made_at_once_then_when_the_newest_is_old_enough_and_the_oldest_go()
    {
        await LookAsync();
        Assert.Equal(["rackboot-20300102T030405Z.backup"], Shelf);
        _clock.Pass(3599);
        await LookAsync();
        Assert.Single(Shelf);
        _clock.Pass(1);
        await LookAsync();
        _clock.Pass(3600);
        File.WriteAllText(Path.Combine(_data, "backups", "somebody's.backup"), "");
        await LookAsync();
        Assert.Equal(["rackboot-20300102T040405Z.backup", "rackboot-20300102T050405Z.backup", "somebody's.backup"], Shelf);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_stop_them()
    {
        await LookAsync();
        _clock.Set(_clock.GetUtcNow() - TimeSpan.FromDays(400));
        await LookAsync();
        Assert.Equal(2, Shelf.Count());
    }

    [Fact]
    public async Task One_that_fails_is_a_problem_is_tried_again_later_and_leaves_nothing_behind()
    {
        File.Delete(PassphraseFile);
        await LookAsync();
        Assert.Contains("the scheduled backup was not made: Could not find file", _schedule.Problem, StringComparison.Ordinal);
        Assert.Empty(Shelf);
        Assert.Empty(Directory.EnumerateFiles(_data, "*.copy*"));
        File.WriteAllText(PassphraseFile, "correct horse");
        _clock.Pass(60);
        await LookAsync();
        Assert.NotNull(_schedule.Problem);
        _clock.Pass(600);
        await LookAsync();
        Assert.Null(_schedule.Problem);
        Assert.Single(Shelf);
    }

    [Fact]
    public async Task It_holds_the_store_its_key_and_other_files_and_not_what_is_made_anew()
    {
        await _store.CommitAsync([Change.Put(Table.Credentials, "bmc", "hunter2")]);
        foreach (var name in (string[])["snapshots/prod/1", "https.pem", "assets/sha256/ab", "console/node.log", "rackboot.reserve",
            "x.new"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_data, name))!);
            File.WriteAllText(Path.Combine(_data, name), name);
        }

        await LookAsync();
        var other = Directory.CreateTempSubdirectory("restored-").FullName;
        await using (var file = File.OpenRead(Path.Combine(_data, "backups", Shelf.Single()!)))
            await Restoration.UnpackAsync(file, new BackupUnlock.Passphrase("correct horse"), other, TestContext.Current.CancellationToken);
        Restoration.Decide(other);
        Assert.Equal(["credentials.key", "https.pem", "passphrase", "rackboot.db", "snapshots/prod/1"],
            Directory.EnumerateFiles(other, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(other, f))
                .Order(StringComparer.Ordinal));
        Assert.Null(SqliteCopy.Fault(other));
        await using (var restored = SqliteStore.Open(Path.Combine(other, "rackboot.db"), NullLogger.Instance))
            Assert.Equal("\"hunter2\""u8, restored.Find(Table.Credentials, "bmc")!.Body.Span);
        // A key that does not fit is said to be one.
        File.WriteAllBytes(Path.Combine(other, "credentials.key"), new byte[32]);
        Assert.Contains("restore the right key", SqliteCopy.Fault(other), StringComparison.Ordinal);
        Directory.Delete(other, recursive: true);
    }

    private Task LookAsync() => _schedule.LookAsync(TestContext.Current.CancellationToken);
}
