using System.Formats.Tar;
using System.Security.Cryptography;
using Rackboot.Tar;

namespace Rackboot.Oci.Bundles;

/// <summary>Reads a bundle from beginning to end, once, and believes nothing of it: whatever does not fit the manifest ends the reading
/// with a reason.</summary>
public sealed class BundleReader : IAsyncDisposable
{
    private readonly TarReader _tar;
    private readonly HashSet<string> _read = [];

    /// <param name="input">A tar, which need not be seekable.</param>
    public BundleReader(Stream input) => _tar = new TarReader(new TarHeaders(input), leaveOpen: true);

    /// <summary>The manifest, which comes first.</summary>
    /// <exception cref="InvalidDataException">It is not there or not right.</exception>
    public async Task<BundleManifest> ReadManifestAsync(CancellationToken cancel)
    {
        var entry = await NextAsync(cancel).ConfigureAwait(false);
        if (entry is not { Name: BundleManifest.FileName, DataStream: { } content })
            throw new InvalidDataException(
                $"this is not a bundle from rackboot mirror create: its first entry is not {BundleManifest.FileName}");
        if (entry.Length > BundleManifest.MostBytes)
            throw new InvalidDataException("the manifest of this bundle is too large");
        var bytes = new byte[entry.Length];
        await FillAsync(content, bytes, cancel).ConfigureAwait(false);
        return BundleManifest.TryParse(bytes, out var manifest, out var error)
            ? manifest : throw new InvalidDataException($"the manifest of this bundle is invalid: {error}");
    }

    /// <summary>Reads every blob that <paramref name="manifest"/> says the bundle carries.</summary>
    /// <param name="open">Where to write a blob.</param>
    /// <param name="done">Is called when the blob is whole and its checksum right, with what <paramref name="open"/> gave.</param>
    /// <exception cref="InvalidDataException">The bundle is cut off, or something in it is not what its manifest says.</exception>
    public async Task ReadBlobsAsync(BundleManifest manifest, Func<BundleBlob, Stream> open, Func<BundleBlob, Stream, ValueTask> done,
        CancellationToken cancel)
    {
        var carried = manifest.Blobs.Where(b => b.Carried).ToDictionary(b => b.Digest["sha256:".Length..]);
        var keeping = Task.CompletedTask; // while a blob reaches the disk the next is read
        try
        {
            while (await NextAsync(cancel).ConfigureAwait(false) is { } entry)
            {
                var blob = Listed(entry, carried);
                var output = open(blob);
                try
                {
                    var digest = await CopyAsync(entry.DataStream ?? Stream.Null, output, blob.Bytes, cancel).ConfigureAwait(false);
                    if (digest != blob.Digest)
                        throw new InvalidDataException($"the checksum of {blob.Digest} is wrong: its content has {digest}; the bundle "
                            + "was damaged on the way, copy it again");
                    await keeping.ConfigureAwait(false);
                }
                catch
                {
                    await output.DisposeAsync().ConfigureAwait(false);
                    throw;
                }

                keeping = Task.Run(async () =>
                {
                    await using (output.ConfigureAwait(false))
                        await done(blob, output).ConfigureAwait(false);
                }, CancellationToken.None);
            }
        }
        finally
        {
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await keeping.ConfigureAwait(false);
        if (_read.Count < carried.Count)
            throw new InvalidDataException($"the bundle is truncated: {_read.Count} of {carried.Count} parts are in it; copy it again");
    }

    public ValueTask DisposeAsync() => _tar.DisposeAsync();

    private BundleBlob Listed(TarEntry entry, Dictionary<string, BundleBlob> carried)
    {
        var name = entry.Name.StartsWith("blobs/sha256/", StringComparison.Ordinal) ? entry.Name["blobs/sha256/".Length..] : "";
        if (!carried.TryGetValue(name, out var blob) || !_read.Add(name))
            throw new InvalidDataException("the bundle contains an entry that its manifest does not list, or a duplicate");
        return entry.Length == blob.Bytes ? blob
            : throw new InvalidDataException($"{blob.Digest} has {entry.Length:N0} bytes in the bundle, {blob.Bytes:N0} in its manifest");
    }

    private async Task<TarEntry?> NextAsync(CancellationToken cancel)
    {
        TarEntry? entry;
        try
        {
            entry = await _tar.NextAsync(cancel).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(_read.Count == 0 ? "this is not a bundle from rackboot mirror create, or its beginning "
                + "is damaged" : $"the bundle is truncated or damaged after {_read.Count} parts; copy it again", e);
        }

        return entry is null or { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile }
            ? entry : throw new InvalidDataException("the bundle contains entries that are not files");
    }

    private static async Task FillAsync(Stream content, Memory<byte> bytes, CancellationToken cancel)
    {
        try
        {
            await content.ReadExactlyAsync(bytes, cancel).ConfigureAwait(false);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the bundle is truncated; copy it again", e);
        }
    }

    // Two buffers: while one is written to the disk and hashed the next is read.
    private static async Task<string> CopyAsync(Stream input, Stream output, long length, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (current, next) = (new byte[1 << 20], new byte[1 << 20]);
        var pending = Task.CompletedTask;
        try
        {
            for (long at = 0; at < length;)
            {
                var bytes = current.AsMemory(0, (int)Math.Min(current.Length, length - at));
                await FillAsync(input, bytes, cancel).ConfigureAwait(false);
                at += bytes.Length;
                await pending.ConfigureAwait(false);
                pending = Task.Run(async () =>
                {
                    hash.AppendData(bytes.Span);
                    await output.WriteAsync(bytes, cancel).ConfigureAwait(false);
                }, cancel);
                (current, next) = (next, current);
            }
        }
        finally
        {
            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await pending.ConfigureAwait(false);
        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
