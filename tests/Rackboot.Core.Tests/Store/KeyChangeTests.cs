using Rackboot.Core.Storage;

namespace Rackboot.Core.Tests.Store;

/// <summary>A new key while the store is in use, and a crash at each point of the change.</summary>
public sealed class KeyChangeTests : IDisposable
{
    private const int Documents = 40;

    private readonly StoreDirectory _directory = new();

    private string NextKey => _directory.Key + ".next";

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Everything_is_encrypted_anew_while_others_read_and_write()
    {
        await using var store = await FilledAsync();
        var old = (Id: store.KeyId, Key: File.ReadAllBytes(_directory.Key));
        using var stop = new CancellationTokenSource();
        var turns = new int[3];
        Task[] others = [AtWork(0, Read), AtWork(1, Read), AtWork(2, Write)];
        for (var i = 0; i < 5 || (turns.Contains(0) && !others.Any(o => o.IsFaulted)); i++)
            await store.ChangeKeyAsync();
        await stop.CancelAsync();
        await Task.WhenAll(others);

        Assert.NotEqual(old.Id, store.KeyId);
        Assert.NotEqual(old.Key, File.ReadAllBytes(_directory.Key));
        Assert.False(File.Exists(NextKey));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.Key));
        await store.DisposeAsync();
        await using var again = _directory.Open();
        AssertWhole(again);
        File.WriteAllBytes(_directory.Key, old.Key);
        Assert.Throws<InvalidDataException>(() => _directory.Open());

        // On a busy machine these start late: the key changes until each has had a turn.
        Task AtWork(int who, Func<int, Task> turn) => Task.Run(async () =>
        {
            for (; !stop.IsCancellationRequested; Interlocked.Increment(ref turns[who]))
                await turn(turns[who]);
        });
        Task Read(int i)
        {
            Assert.NotNull(StoreJson.Read<string>(store.Find(Table.MachineConfigs, $"m{i % Documents}")!));
            return Task.CompletedTask;
        }
        Task Write(int i) => store.CommitAsync([Change.Put(Table.Credentials, $"c{i % 7}", $"password {i}")]);
    }

    [Theory]
    [InlineData("the next key half written", false, "half")]
    [InlineData("the next key written, nothing encrypted", false, "next")]
    [InlineData("everything encrypted, the old key still in its place", true, "next")]
    [InlineData("the new key in its place", true, "done")]
    public async Task A_crash_leaves_a_store_and_the_key_that_opens_it(string point, bool encrypted, string keys)
    {
        await (await FilledAsync()).DisposeAsync();
        var (oldStore, oldKey) = (File.ReadAllBytes(_directory.File), File.ReadAllBytes(_directory.Key));
        await using (var store = _directory.Open())
            await store.ChangeKeyAsync();
        var newKey = File.ReadAllBytes(_directory.Key);

        if (!encrypted)
            File.WriteAllBytes(_directory.File, oldStore);
        if (keys != "done")
            WriteKey(_directory.Key, oldKey);
        if (keys == "next")
            WriteKey(NextKey, newKey);
        if (keys == "half")
            WriteKey(NextKey + ".new", newKey[..7]);

        await using var again = _directory.Open();
        AssertWhole(again);
        Assert.Equal(encrypted ? newKey : oldKey, File.ReadAllBytes(_directory.Key));
        Assert.False(File.Exists(NextKey), point);
        await again.ChangeKeyAsync();
        AssertWhole(again);
    }

    [Fact]
    public async Task A_document_that_cannot_be_decrypted_stops_the_change_and_the_old_key_stays_in_use()
    {
        await (await FilledAsync()).DisposeAsync();
        _directory.Sql("UPDATE machineconfigs SET key = 'moved' WHERE key = 'm7'");
        await using var store = _directory.Open();
        var key = store.KeyId;
        Assert.Contains("decrypting machineconfigs moved",
            (await Assert.ThrowsAsync<InvalidDataException>(store.ChangeKeyAsync)).Message, StringComparison.Ordinal);
        Assert.Equal(key, store.KeyId);
        Assert.Equal("configuration 3", StoreJson.Read<string>(store.Find(Table.MachineConfigs, "m3")!));
        await store.CommitAsync([Change.Delete(Table.MachineConfigs, "moved")]);
        Assert.NotEqual(key, (await store.ChangeKeyAsync()).Id);
        Assert.Equal("configuration 3", StoreJson.Read<string>(store.Find(Table.MachineConfigs, "m3")!));
    }

    private static void WriteKey(string path, byte[] key)
    {
        File.WriteAllBytes(path, key);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private async Task<SqliteStore> FilledAsync()
    {
        var store = _directory.Open();
        await store.CommitAsync([.. Enumerable.Range(0, Documents).Select(i => Change.Put(Table.MachineConfigs, $"m{i}", $"configuration "
            + $"{i}"))]);
        return store;
    }

    private static void AssertWhole(SqliteStore store) => Assert.Equal(
        Enumerable.Range(0, Documents).Select(i => $"configuration {i}").Order(StringComparer.Ordinal),
        store.Load(Table.MachineConfigs).Select(StoreJson.Read<string>).Order(StringComparer.Ordinal));
}
