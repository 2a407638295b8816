using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Core.Storage.Sealing;

namespace Rackboot.Core.Tests.Store;

/// <summary>Secrets lie encrypted in the store's file and in its log, also those that an older Rackboot wrote.</summary>
public sealed class SealingTests : IDisposable
{
    private const int Window = 16;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly string[] OlderTables =
        ["machines", "observations", "machineconfigs", "profiles", "assets", "leases", "boots", "timelines", "events", "credentials",
            "bmcs"];

    private readonly StoreDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task No_sequence_of_a_machine_configuration_is_in_the_file_or_its_log_while_it_is_stored_replaced_and_deleted()
    {
        await using var store = _directory.Open();
        var inventory = new Inventory(store, new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance), TimeProvider.System);
        var (first, second) = (Configuration(1), Configuration(2));
        await PutAsync(inventory, first);
        AssertNothingOf(first);
        await PutAsync(inventory, second);
        Assert.Equal(second, Text(inventory.Config(inventory.Fleet.Named("node")!.Id)!));
        AssertNothingOf(first, second);
        await inventory.DeleteMachineAsync("node", null);
        AssertNothingOf(first, second);
    }

    [Fact]
    public async Task Configurations_and_passwords_of_an_older_store_are_encrypted_at_the_start_and_no_trace_of_them_stays()
    {
        var (now, before) = (Configuration(1), Configuration(2));
        await MakeOlderAsync(now, before, "hunter2-hunter2");
        Assert.True(Traces(now) > 1000 && Traces(before) > 100, "an older store shows what was wrong with it");

        await using (var store = _directory.Open())
        {
            Assert.Equal(now, Encoding.UTF8.GetString(StoreJson.Read<byte[]>(store.Find(Table.MachineConfigs, "m1")!)));
            var vault = new CredentialVault(store, new EventLog(store, TimeProvider.System, NullLogger<EventLog>.Instance),
                TimeProvider.System);
            Assert.Equal(("admin", "hunter2-hunter2"), (vault.For("bmc", new MachineId("m1"))!.Username, Text(vault.For("bmc",
                new MachineId("m1"))!.Password)));
            AssertNothingOf(now, before, "hunter2-hunter2");
        }

        AssertNothingOf(now, before, "hunter2-hunter2");
        await using var again = _directory.Open();
        Assert.Equal(now, Encoding.UTF8.GetString(StoreJson.Read<byte[]>(again.Find(Table.MachineConfigs, "m1")!)));
    }

    [Fact]
    public async Task A_migration_that_was_cut_off_after_encrypting_is_done_to_its_end_at_the_next_start()
    {
        var (now, before) = (Configuration(1), Configuration(2));
        await MakeOlderAsync(now, before, "hunter2-hunter2");
        await _directory.Open().DisposeAsync();
        // As it is between the transaction and the mark: everything sealed, nothing said.
        _directory.Sql($"DELETE FROM marks WHERE key = 'key'; INSERT INTO events VALUES ('x', 1, {StoreDirectory.Hex(before)}); DELETE "
            + $"FROM events WHERE key = 'x';");
        await using var store = _directory.Open();
        Assert.Equal(now, Encoding.UTF8.GetString(StoreJson.Read<byte[]>(store.Find(Table.MachineConfigs, "m1")!)));
        AssertNothingOf(now, before, "hunter2-hunter2");
    }

    [Fact]
    public async Task What_was_sealed_in_one_place_does_not_open_in_another_nor_when_a_bit_of_it_changed()
    {
        await _directory.Open().DisposeAsync();
        var tables = new SealedTables(new StoreKeyFiles(_directory.Path, null).Load(null, inUse: true));
        var box = tables.Seal(Table.MachineConfigs, "a", "secret"u8);
        Assert.Equal("secret"u8.ToArray(), tables.Open(Table.MachineConfigs, "a", box));
        Assert.Throws<InvalidDataException>(() => tables.Open(Table.MachineConfigs, "b", box));
        Assert.Throws<InvalidDataException>(() => tables.Open(Table.Credentials, "a", box));
        for (var i = 0; i < box.Length; i++)
        {
            var other = box.ToArray();
            other[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => tables.Open(Table.MachineConfigs, "a", other));
            Assert.Throws<InvalidDataException>(() => tables.Open(Table.MachineConfigs, "a", box.AsSpan(0, i)));
        }

        Assert.NotEqual(box, tables.Seal(Table.MachineConfigs, "a", "secret"u8));
    }

    [Fact]
    public async Task A_configuration_that_was_moved_to_another_machine_in_the_file_is_not_given_out()
    {
        await using (var store = _directory.Open())
            await store.CommitAsync([Change.Put(Table.MachineConfigs, "m1", "secret"u8.ToArray())]);
        _directory.Sql("UPDATE machineconfigs SET key = 'm2'");
        await using var again = _directory.Open();
        Assert.Contains("decrypting machineconfigs m2", Assert.Throws<InvalidDataException>(() =>
            again.Find(Table.MachineConfigs, "m2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_others_can_read_that_is_missing_another_or_no_key_is_refused_with_the_remedy()
    {
        await _directory.Open().DisposeAsync();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory.Key));
        var key = File.ReadAllBytes(_directory.Key);
        File.SetUnixFileMode(_directory.Key, OwnerOnly | UnixFileMode.GroupRead);
        Assert.Contains($"chmod 600 {_directory.Key}", Refusal(), StringComparison.Ordinal);
        File.SetUnixFileMode(_directory.Key, OwnerOnly);
        File.WriteAllBytes(_directory.Key, new byte[31]);
        Assert.Contains("must have 32 bytes", Refusal(), StringComparison.Ordinal);
        File.WriteAllBytes(_directory.Key, new byte[32]);
        Assert.Matches($"the store is encrypted with key [0-9a-f]{{16}}, and {_directory.Key} holds key [0-9a-f]{{16}}; restore the "
            + $"right key", Refusal());
        File.Delete(_directory.Key);
        Assert.Contains("is missing, and only this key decrypts the secrets in the store", Refusal(), StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.Key));
        File.WriteAllBytes(_directory.Key, key);
        File.SetUnixFileMode(_directory.Key, OwnerOnly);
        await _directory.Open().DisposeAsync();
    }

    [Fact]
    public async Task Systemds_key_goes_before_the_file_and_a_new_one_with_the_old_beside_it_encrypts_everything_anew_at_the_start()
    {
        var systemd = Directory.CreateDirectory(Path.Combine(_directory.Path, "systemd")).FullName;
        var (given, old) = (Path.Combine(systemd, StoreKeyFiles.SystemdName), Path.Combine(systemd, StoreKeyFiles.SystemdOldName));
        File.WriteAllBytes(given, RandomNumberGenerator.GetBytes(32));
        await using (var store = _directory.Open(systemd: systemd))
        {
            await store.CommitAsync([Change.Put(Table.MachineConfigs, "m1", "secret")]);
            Assert.Contains(StoreKeyFiles.SystemdOldName, (await Assert.ThrowsAsync<IOException>(store.ChangeKeyAsync)).Message,
                StringComparison.Ordinal);
        }

        Assert.False(File.Exists(_directory.Key));
        File.Move(given, old);
        File.WriteAllBytes(given, RandomNumberGenerator.GetBytes(32));
        await _directory.Open(systemd: systemd).DisposeAsync();
        File.Delete(old);
        await using var again = _directory.Open(systemd: systemd);
        Assert.Equal("secret", StoreJson.Read<string>(again.Find(Table.MachineConfigs, "m1")!));
    }

    private string Refusal() => Assert.Throws<InvalidDataException>(() => _directory.Open()).Message;

    private static string Text(Secret secret) => Encoding.UTF8.GetString(secret.Reveal().Span);

    private static async Task PutAsync(Inventory inventory, string configuration)
    {
        var secret = new Secret(configuration);
        var spec = new MachineSpec { Serial = "S-1", Config = new MachineConfigDigest(secret.Sha256, secret.Length) };
        Assert.Null((await inventory.PutMachineAsync("node", spec, secret, null, dryRun: false)).Refusal);
    }

    // Like one of Talos: keys in base64 over several pages, of which no two sequences are alike.
    private static string Configuration(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("version: v1alpha1\nmachine:\n");
        for (var line = 0; line < 200; line++)
        {
            var key = new byte[48];
            random.NextBytes(key);
            text.Append("  key").Append(line).Append(": ").Append(Convert.ToBase64String(key)).Append('\n');
        }

        return text.ToString();
    }

    private void AssertNothingOf(params string[] secrets)
    {
        foreach (var secret in secrets)
            Assert.Equal(0, Traces(secret));
    }

    // Every 16 bytes of it, as they are and as JSON has them, in base64 (which three bytes of shift are enough to find).
    private int Traces(string secret)
    {
        var stored = Windows(_directory.AllBytes());
        var bytes = Encoding.UTF8.GetBytes(secret);
        var found = Windows(bytes).Count(stored.Contains);
        for (var shift = 0; shift < 3; shift++)
            found += Windows(Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes.AsSpan(shift)))).Count(stored.Contains);
        return found;
    }

    private static HashSet<UInt128> Windows(byte[] bytes)
    {
        var windows = new HashSet<UInt128>();
        for (var i = 0; i + Window <= bytes.Length; i++)
            windows.Add(BitConverter.ToUInt128(bytes, i));
        return windows;
    }

    // A store of schema 2, whose configurations lay in the clear and whose credentials had a box of their own.
    private async Task MakeOlderAsync(string now, string before, string password)
    {
        await _directory.Open().DisposeAsync();
        var box = OlderBox(File.ReadAllBytes(_directory.Key), "bmc",
            JsonSerializer.SerializeToUtf8Bytes(new { Current = Encoding.UTF8.GetBytes(password), Next = (byte[]?)null }));
        var credential = StoreJson.Write(new { Username = "admin", Changed = DateTimeOffset.UnixEpoch, Box = box });
        var json = (string text) => StoreDirectory.Hex(Encoding.UTF8.GetString(StoreJson.Write(Encoding.UTF8.GetBytes(text))));
        File.Delete(_directory.File);
        _directory.Sql(string.Concat(OlderTables.Select(t => $"CREATE TABLE {t} (key TEXT PRIMARY KEY NOT NULL, version INTEGER NOT "
            + $"NULL, body BLOB NOT NULL) WITHOUT ROWID;")));
        _directory.Sql($"""
            PRAGMA journal_mode = WAL; PRAGMA secure_delete = OFF; PRAGMA user_version = 2;
            INSERT INTO machineconfigs VALUES ('m0', 1, {json(before)}), ('m1', 1, {json(before)}), ('m2', 1, {json(before)});
            INSERT INTO machineconfigs VALUES ('m1', 1, {json(now)}) ON CONFLICT (key) DO UPDATE SET body = excluded.body;
            DELETE FROM machineconfigs WHERE key <> 'm1';
            INSERT INTO credentials VALUES ('bmc', 1, X'{Convert.ToHexString(credential)}');
            """);
    }

    private static byte[] OlderBox(byte[] key, string name, byte[] plain)
    {
        var box = new byte[1 + 12 + 16 + plain.Length];
        box[0] = 1;
        RandomNumberGenerator.Fill(box.AsSpan(1, 12));
        using var aes = new AesGcm(key, 16);
        aes.Encrypt(box.AsSpan(1, 12), plain, box.AsSpan(29), box.AsSpan(13, 16), Encoding.UTF8.GetBytes("rackboot credential\0" + name));
        return box;
    }
}
