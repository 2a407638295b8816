namespace Rackboot.Backup.Tests;

/// <summary>A restore is all or nothing, wherever it is cut off.</summary>
public sealed class RestorationTests : IDisposable
{
    private static readonly BackupUnlock Unlock = new BackupUnlock.Passphrase("correct horse");

    private readonly string _data = Directory.CreateTempSubdirectory("restore-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task What_is_restored_takes_its_place_and_what_was_there_is_kept_aside()
    {
        Write("rackboot.db", "old");
        Write("rackboot.db-wal", "old log");
        Write("credentials.key", "old key");
        Write("snapshots/prod/1", "kept");
        await UnpackAsync();
        Assert.Equal("old", Read("rackboot.db"));
        Restoration.Decide(_data);
        Assert.Equal(("new", "new key", "kept"), (Read("rackboot.db"), Read("credentials.key"), Read("snapshots/prod/1")));
        Assert.Equal(("old", "old log", "old key"), (Read("replaced/rackboot.db"), Read("replaced/rackboot.db-wal"),
            Read("replaced/credentials.key")));
        Assert.False(File.Exists(Path.Combine(_data, "rackboot.db-wal")));
        Assert.Equal(["replaced", "snapshots"],
            Directory.EnumerateDirectories(_data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data, "credentials.key")));
    }

    [Fact]
    public async Task A_restore_that_was_cut_off_after_any_move_is_finished_later()
    {
        string[] moves = ["credentials.key", "snapshots/prod/2", "rackboot.db"];
        for (var done = 0; done <= moves.Length; done++)
        {
            foreach (var at in Directory.EnumerateFileSystemEntries(_data))
                if (Directory.Exists(at))
                    Directory.Delete(at, recursive: true);
                else
                    File.Delete(at);
            Write("rackboot.db", "old");
            Write("credentials.key", "old key");
            var (staged, _) = await UnpackAsync();
            var ready = Path.Combine(_data, "restore.ready");
            Directory.Move(staged, ready);
            foreach (var name in moves.Take(done))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_data, name))!);
                File.Move(Path.Combine(ready, "data", name), Path.Combine(_data, name), overwrite: true);
            }

            Assert.True(Restoration.Finish(_data));
            Assert.Equal(("new", "new key", "2"), (Read("rackboot.db"), Read("credentials.key"), Read("snapshots/prod/2")));
            Assert.False(Restoration.Finish(_data));
        }
    }

    [Fact]
    public async Task What_cannot_be_read_to_its_end_leaves_nothing_behind()
    {
        Write("rackboot.db", "old");
        var backup = await BackupAsync();
        using var cut = new MemoryStream(backup[..^40]);
        await Assert.ThrowsAsync<BackupException>(() => Restoration.UnpackAsync(cut, Unlock, _data, TestContext.Current.CancellationToken));
        Assert.Equal(["rackboot.db"], Directory.EnumerateFileSystemEntries(_data).Select(Path.GetFileName));
    }

    [Fact]
    public void One_process_at_a_time_has_the_directory()
    {
        using (var first = DataLock.TryTake(_data))
        {
            Assert.NotNull(first);
            Assert.Null(DataLock.TryTake(_data));
        }

        using var next = DataLock.TryTake(_data);
        Assert.NotNull(next);
    }

    private async Task<(string Directory, BackupManifest Manifest)> UnpackAsync()
    {
        using var backup = new MemoryStream(await BackupAsync());
        return await Restoration.UnpackAsync(backup, Unlock, _data, TestContext.Current.CancellationToken);
    }

    private static Task<byte[]> BackupAsync() => FormatTests.MakeAsync(new BackupSeal.Passphrase("correct horse"),
        ("data/rackboot.db", "new"u8.ToArray()), ("data/credentials.key", "new key"u8.ToArray()),
        ("configuration/rackboot.yaml", "x"u8.ToArray()), ("data/snapshots/prod/2", "2"u8.ToArray()));

    private void Write(string name, string text)
    {
        var path = Path.Combine(_data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_data, name));
}
