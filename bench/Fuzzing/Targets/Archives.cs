using System.Formats.Tar;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Rackboot.Backup;
using Rackboot.Fuzzing.Engine;
using Rackboot.Oci;
using Rackboot.Oci.Bundles;
using Rackboot.Oci.Distribution;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>Images, bundles and backups: what registries answer, and files that were carried about.</summary>
internal static class Archives
{
    private const string Passphrase = "a passphrase";

    // Of a descriptor, which goes on or is closed.
    private const string Part =
        """{"mediaType":"a/b","digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":2""";

    private static readonly byte[] Blob = [1, 2, 3];

    private static readonly BundleManifest Manifest = new()
    {
        Format = BundleManifest.FormatName, Title = "t", Created = DateTimeOffset.UnixEpoch, Images = [], Files = [],
        Blobs = [new BundleBlob(OciDigest.Of(Blob).ToString(), Blob.Length, Carried: true)],
    };

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("oci-manifest", "Rackboot.Oci", Image)
        {
            Seeds = Texts($"{{\"mediaType\":\"{OciMediaType.Index}\",\"manifests\":[{Part},\"platform\":{{\"os\":\"linux\"}}}}]}}",
                $"{{\"schemaVersion\":2,\"config\":{Part}}},\"layers\":[{Part}}}]}}"),
        },
        new("oci-names", "Rackboot.Oci", Names)
        {
            Seeds = Texts("registry.k8s.io:443/a/b:v1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "/v2/a/b/manifests/latest", "/v2/a/blobs/sha256:e3b0", "Bearer realm=\"https://a/b\",service=\"s\",scope=\"x\"", "/v2/"),
        },
        new("bundle-manifest", "Rackboot.Oci", input => _ = BundleManifest.TryParse(input, out _, out _)) { Seeds = [Manifest.ToJson()] },
        new("bundle", "Rackboot.Oci", Bundle)
        {
            Refusals = [typeof(InvalidDataException)], MostBytes = 16 * 1024,
            Seeds = [Tar((BundleManifest.FileName, Manifest.ToJson()), ($"blobs/sha256/{OciDigest.Of(Blob).Hex}", Blob))],
        },
        new("backup-header", "Rackboot.Backup", input => ReadBackup(input, new BackupUnlock.PrivateKey("", null)))
        {
            Refusals = [typeof(BackupException)], Seeds = [Sealed([]), [.. Sealed([])[..40]]],
        },
        new("backup-content", "Rackboot.Backup", input => ReadBackup(Sealed(input), new BackupUnlock.Passphrase(Passphrase)))
        {
            // Whoever seals a backup has its key: the framework's reader makes room for as much as a header of the tar inside claims.
            Refusals = [typeof(BackupException)], MostBytes = 16 * 1024, MostMegabytes = 4096,
            Seeds =
            [
                Tar((BackupManifest.EntryName,
                    """{"version":"1","created":"2026-11-21T08:00:00Z","host":"h","keyId":"k","assets":false}"""u8.ToArray()),
                    ("data/rackboot.db", Blob)),
            ],
        },
    ];

    private static void Image(byte[] input)
    {
        if (!OciManifest.TryParse(input, null, out _, out var error))
            Promise(error.Length > 0, "a reason");
    }

    private static void Names(byte[] input)
    {
        var text = Text(input);
        if (ImageReference.TryParse(text, out var reference, out _))
            Promise(ImageReference.TryParse(reference.ToString(), out var again, out _) && again == reference, "a name that is its own");
        RegistryRequest.TryParse(text, null, out _, out _);
        _ = OciDigest.TryParse(text, out _);
        using var response = new HttpResponseMessage();
        if (response.Headers.TryAddWithoutValidation("WWW-Authenticate", text))
            RegistryChallenge.TryRead(response.Headers.WwwAuthenticate, out _);
    }

    private static void Bundle(byte[] input) => BundleAsync(input).GetAwaiter().GetResult();

    private static async Task BundleAsync(byte[] input)
    {
        using var stream = new MemoryStream(input);
        await using var reader = new BundleReader(stream);
        var manifest = await reader.ReadManifestAsync(default);
        await reader.ReadBlobsAsync(manifest, _ => new MemoryStream(), (blob, content) =>
        {
            Promise(content.Length == blob.Bytes, "a blob is as long as its manifest says");
            return ValueTask.CompletedTask;
        }, default);
    }

    private static void ReadBackup(byte[] input, BackupUnlock unlock) => ReadBackupAsync(input, unlock).GetAwaiter().GetResult();

    private static async Task ReadBackupAsync(byte[] input, BackupUnlock unlock)
    {
        using var stream = new MemoryStream(input);
        await BackupReader.ReadAsync(stream, unlock, async (name, content) =>
        {
            Promise(!Path.IsPathRooted(name) && !name.Split('/').Contains(".."), "a name that leads nowhere outside");
            await content.CopyToAsync(Stream.Null);
        }, default);
    }

    // As a backup is made for a passphrase, with one round of derivation instead of 400,000.
    private static byte[] Sealed(byte[] content)
    {
        var salt = new byte[32];
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(Passphrase), salt, 1, HashAlgorithmName.SHA512, BackupKeys.Bytes);
        var check = HMACSHA256.HashData(key, "rackboot backup key"u8)[..16];
        var header = new BackupHeader { Salt = salt, Iterations = 1, Check = check }.Write();
        using var to = new MemoryStream();
        to.Write(header);
        using var chunks = new Chunks(key, header);
        using var stream = new SealingStream(to, chunks);
        stream.WriteAsync(content).AsTask().GetAwaiter().GetResult();
        stream.FinishAsync(default).GetAwaiter().GetResult();
        return to.ToArray();
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] entries)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var (name, content) in entries)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return output.ToArray();
    }
}
