using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Tests.Shared;

namespace Rackboot.Backup.Tests;

/// <summary>What goes into a backup comes out of it, for whoever has the key alone; what is not whole is refused.</summary>
public sealed class FormatTests
{
    private const string Passphrase = "correct horse";

    private static readonly BackupManifest Manifest = new()
    {
        Version = "1.2.3", Created = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), Host = "appliance", KeyId = "k",
            Assets = false,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(60_000)]
    [InlineData(65_536)]
    [InlineData(300_000)]
    public async Task Files_of_any_size_come_back(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var backup = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/a/b.bin", content), ("data/c", [1, 2, 3]));
        var (manifest, files) = await ReadAsync(backup, new BackupUnlock.Passphrase(Passphrase));
        Assert.Equal(Manifest, manifest);
        Assert.Equal(["data/a/b.bin", "data/c"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(content, files["data/a/b.bin"]);
    }

    [Fact]
    public async Task Nothing_of_it_can_be_read_in_the_file()
    {
        var secret = Encoding.UTF8.GetBytes("a BMC's password that nobody may read");
        var backup = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/secret", secret));
        Assert.True(backup.AsSpan().IndexOf(secret) < 0);
        Assert.True(backup.AsSpan().IndexOf("appliance"u8) < 0);
        Assert.NotEqual(backup, await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/secret", secret)));
    }

    [Fact]
    public async Task Another_passphrase_is_said_to_be_another()
    {
        var backup = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/a", [1]));
        await RefusedAsync(backup, new BackupUnlock.Passphrase("correct horsf"),
            "the passphrase is not the one that the backup was made with");
        await Assert.ThrowsAsync<BackupException>(() => MakeAsync(new BackupSeal.Passphrase("short")));
    }

    [Fact]
    public async Task For_a_public_key_the_private_one_opens_it_and_nothing_else()
    {
        using var own = RSA.Create(2048);
        using var other = RSA.Create(2048);
        var backup = await MakeAsync(new BackupSeal.PublicKey(own.ExportSubjectPublicKeyInfoPem()), ("data/a", [1]));
        var (_, files) = await ReadAsync(backup, new BackupUnlock.PrivateKey(own.ExportPkcs8PrivateKeyPem(), null));
        Assert.Equal([1], files["data/a"]);
        var locked = own.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc,
            HashAlgorithmName.SHA256, 1000));
        Assert.Single((await ReadAsync(backup, new BackupUnlock.PrivateKey(locked, Passphrase))).Files);

        await RefusedAsync(backup, new BackupUnlock.PrivateKey(locked, null), "the private key is encrypted; give its passphrase");
        await RefusedAsync(backup, new BackupUnlock.PrivateKey(other.ExportPkcs8PrivateKeyPem(), null), "belongs to another public key");
        await RefusedAsync(backup, new BackupUnlock.Passphrase(Passphrase), "open it with its private key");
        await RefusedAsync(backup, new BackupUnlock.PrivateKey("nonsense", null), "is not an RSA key as PEM");
        var wrong = await Assert.ThrowsAsync<BackupException>(() => MakeAsync(new BackupSeal.PublicKey(own.ExportPkcs8PrivateKeyPem())));
        Assert.Contains("that is a private key", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_was_cut_anywhere_is_refused_and_says_so()
    {
        var backup = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/a", RandomNumberGenerator.GetBytes(200_000)));
        // The bounds of chunks among them, where only the mark of the last chunk tells.
        var header = backup.AsSpan().IndexOf((byte)'}') + 1;
        int[] ends = [0, 5, 20, header, header + Chunks.SealedBytes, header + (2 * Chunks.SealedBytes), backup.Length - 1,
            backup.Length / 2];
        foreach (var end in ends)
        {
            var refused = await Assert.ThrowsAsync<BackupException>(() =>
                ReadAsync(backup[..end], new BackupUnlock.Passphrase(Passphrase)));
            Assert.Matches("is cut short|this is no backup", refused.Message);
        }
    }

    [Fact]
    public async Task Chunks_cannot_be_changed_moved_or_left_out()
    {
        var backup = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/a", RandomNumberGenerator.GetBytes(300_000)));
        var header = backup.AsSpan().IndexOf((byte)'}') + 1;
        var changed = backup.ToArray();
        changed[header + 70_000] ^= 1;
        await RefusedAsync(changed, new BackupUnlock.Passphrase(Passphrase), "is damaged at byte 65,552");
        byte[] without = [.. backup[..(header + Chunks.SealedBytes)], .. backup[(header + (2 * Chunks.SealedBytes))..]];
        await RefusedAsync(without, new BackupUnlock.Passphrase(Passphrase), "is damaged");
        await RefusedAsync([.. backup, 0], new BackupUnlock.Passphrase(Passphrase), "damaged");
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("/etc/passwd")]
    [InlineData("data/../../x")]
    public async Task A_name_that_leads_outside_is_refused(string name) =>
        await RefusedAsync(await MakeAsync(new BackupSeal.Passphrase(Passphrase), (name, [1])), new BackupUnlock.Passphrase(Passphrase),
            "which no Rackboot writes into one");

    [Fact]
    public async Task Hostile_bytes_are_refused_with_a_reason_and_nothing_else()
    {
        var sound = await MakeAsync(new BackupSeal.Passphrase(Passphrase), ("data/a", [1, 2, 3]));
        // PBKDF2 takes its time: what changes its parameters is tried less often than the rest.
        Prop.ForAll(HostileBytes.From([sound], head: 20, rest: 20).ToArbitrary(), bytes =>
        {
            try
            {
                ReadAsync(bytes, new BackupUnlock.Passphrase(Passphrase)).GetAwaiter().GetResult();
                return bytes.AsSpan().SequenceEqual(sound);
            }
            catch (BackupException)
            {
                return true;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true));
    }

    internal static async Task<byte[]> MakeAsync(BackupSeal seal, params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        await using var writer = await BackupWriter.BeginAsync(output, seal, Manifest, TestContext.Current.CancellationToken);
        foreach (var (name, content) in files)
            await writer.AddAsync(name, new MemoryStream(content), TestContext.Current.CancellationToken);
        await writer.FinishAsync(TestContext.Current.CancellationToken);
        return output.ToArray();
    }

    private static async Task<(BackupManifest Manifest, Dictionary<string, byte[]> Files)> ReadAsync(byte[] backup, BackupUnlock unlock)
    {
        var files = new Dictionary<string, byte[]>();
        using var input = new MemoryStream(backup);
        var manifest = await BackupReader.ReadAsync(input, unlock, async (name, content) =>
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, TestContext.Current.CancellationToken);
            files[name] = copy.ToArray();
        }, TestContext.Current.CancellationToken);
        return (manifest, files);
    }

    private static async Task RefusedAsync(byte[] backup, BackupUnlock unlock, string reason)
    {
        var refused = await Assert.ThrowsAsync<BackupException>(() => ReadAsync(backup, unlock));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }
}
