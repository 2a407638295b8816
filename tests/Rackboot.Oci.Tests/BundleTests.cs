using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Oci.Bundles;
using Rackboot.Tests.Shared;

namespace Rackboot.Oci.Tests;

/// <summary>Bundles: written, read, and read when they are damaged.</summary>
public sealed class BundleTests
{
    private static readonly byte[][] Contents = [RandomNumberGenerator.GetBytes(100), RandomNumberGenerator.GetBytes(3_000_000), []];

    [Fact]
    public async Task A_bundle_reads_back_as_it_was_written()
    {
        var (manifest, bytes) = await WriteAsync();
        Assert.Equal(Contents.Select(c => OciDigest.Of(c).ToString()), (await ReadAsync(bytes)).Keys);
        using var stream = new MemoryStream(bytes);
        await using var reader = new BundleReader(stream);
        Assert.Equal(manifest.Id, (await reader.ReadManifestAsync(CancellationToken.None)).Id);
    }

    [Fact]
    public async Task It_is_a_tar_that_others_read()
    {
        var (manifest, bytes) = await WriteAsync();
        using var tar = new TarReader(new MemoryStream(bytes));
        Assert.Equal(BundleManifest.FileName, (await tar.GetNextEntryAsync())!.Name);
        Assert.Equal("blobs/sha256/" + manifest.Blobs[0].Digest[7..], (await tar.GetNextEntryAsync())!.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(600)]
    [InlineData(2_000)]
    [InlineData(1_000_000)]
    public async Task A_bundle_that_is_cut_off_is_refused(int length)
    {
        var (_, bytes) = await WriteAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(bytes[..length]));
    }

    [Fact]
    public async Task A_bundle_cut_between_two_parts_is_refused()
    {
        var (manifest, _) = await WriteAsync();
        var cut = Pack(manifest, new(TarEntryType.RegularFile, $"blobs/sha256/{manifest.Blobs[0].Digest[7..]}")
        {
            DataStream = new MemoryStream(Contents[0]),
        });
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(cut));
        Assert.Contains("the bundle is truncated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_claims_to_be_long_takes_no_memory()
    {
        var (_, bytes) = await WriteAsync();
        Assert.Equal('x', (char)bytes[156]); // the first extended header
        "16000000000"u8.CopyTo(bytes.AsSpan(124)); // 1.9 GB
        var header = bytes.AsSpan(0, 512);
        header.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var b in header)
            sum += b;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        var before = GC.GetTotalAllocatedBytes();
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(bytes));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1 << 30);
    }

    [Fact]
    public async Task One_wrong_bit_is_found()
    {
        var (_, bytes) = await WriteAsync();
        bytes[1_500_000] ^= 4;
        Assert.Contains("the bundle was damaged on the way",
            (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(bytes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_manifest_does_not_name_is_refused()
    {
        var (manifest, _) = await WriteAsync();
        var more = Pack(manifest, new(TarEntryType.RegularFile, "../../etc/passwd") { DataStream = new MemoryStream([1]) });
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(more));
    }

    [Fact]
    public async Task Links_and_devices_are_refused()
    {
        var (manifest, _) = await WriteAsync();
        var link = Pack(
            manifest, new(TarEntryType.SymbolicLink, $"blobs/sha256/{manifest.Blobs[0].Digest[7..]}") { LinkName = "/etc/passwd" });
        Assert.Contains("entries that are not files",
            (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(link))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_bundles_are_refused_and_nothing_else()
    {
        var small = await WriteAsync([RandomNumberGenerator.GetBytes(40)]);
        Prop.ForAll(HostileBytes.From([small.Bytes], head: 512, rest: 512).ToArbitrary(), bytes =>
        {
            try
            {
                ReadAsync(bytes).GetAwaiter().GetResult();
                return true;
            }
            catch (InvalidDataException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();
    }

    // A bundle that no writer of ours makes.
    private static byte[] Pack(BundleManifest manifest, PaxTarEntry entry)
    {
        using var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            tar.WriteEntry(
                new PaxTarEntry(TarEntryType.RegularFile, BundleManifest.FileName) { DataStream = new MemoryStream(manifest.ToJson()) });
            tar.WriteEntry(entry);
        }

        return output.ToArray();
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(byte[] bytes)
    {
        var found = new Dictionary<string, byte[]>();
        using var stream = new MemoryStream(bytes);
        await using var reader = new BundleReader(stream);
        var manifest = await reader.ReadManifestAsync(CancellationToken.None);
        await reader.ReadBlobsAsync(manifest, _ => new MemoryStream(), (blob, content) =>
        {
            found[blob.Digest] = ((MemoryStream)content).ToArray();
            return ValueTask.CompletedTask;
        }, CancellationToken.None);
        return found;
    }

    private static async Task<(BundleManifest Manifest, byte[] Bytes)> WriteAsync(byte[][]? contents = null)
    {
        contents ??= Contents;
        var manifest = new BundleManifest
        {
            Format = BundleManifest.FormatName,
            Title = "test",
            Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Images = [],
            Files = [new BundleFile("talos/v1.13.9/amd64/kernel", OciDigest.Of(contents[0]).ToString())],
            Blobs = [.. contents.Select(c => new BundleBlob(OciDigest.Of(c).ToString(), c.Length, Carried: true))],
        };
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(manifest, output, digest =>
            new MemoryStream(contents.First(c => OciDigest.Of(c) == digest)), _ => { }, CancellationToken.None);
        return (manifest, output.ToArray());
    }
}
