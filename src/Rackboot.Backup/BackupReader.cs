using System.Formats.Tar;
using System.Text.Json;
using Rackboot.Tar;

namespace Rackboot.Backup;

/// <summary>Reads a backup from end to end.</summary>
public static class BackupReader
{
    private const int MostManifestBytes = 1024 * 1024;

    /// <summary>Whether a backup is opened with a private key, and not with a passphrase.</summary>
    /// <exception cref="BackupException">It is no backup.</exception>
    public static async Task<bool> NeedsPrivateKeyAsync(Stream from, CancellationToken cancel) =>
        (await BackupHeader.ReadAsync(from, cancel).ConfigureAwait(false)).Header.WrappedKey is not null;

    /// <summary>Reads all of it; only what was found whole is given out.</summary>
    /// <param name="take">Is given each file behind the manifest, with its name: a relative path that leads nowhere outside.</param>
    /// <exception cref="BackupException">It is none, damaged, cut short, or locked otherwise.</exception>
    public static async Task<BackupManifest> ReadAsync(
        Stream from, BackupUnlock unlock, Func<string, Stream, Task> take, CancellationToken cancel)
    {
        var (header, bytes) = await BackupHeader.ReadAsync(from, cancel).ConfigureAwait(false);
        using var chunks = new Chunks(BackupKeys.Open(header, unlock), bytes);
        await using var opened = new OpeningStream(from, chunks);
        BackupManifest? manifest = null;
        try
        {
            await using var tar = new TarReader(opened, leaveOpen: true);
            while (await tar.NextAsync(cancel).ConfigureAwait(false) is { } entry)
                if (manifest is null)
                    manifest = await ManifestAsync(entry, cancel).ConfigureAwait(false);
                else if (entry.EntryType == TarEntryType.RegularFile && IsInside(entry.Name))
                    await take(entry.Name, entry.DataStream ?? Stream.Null).ConfigureAwait(false);
                else
                    throw new BackupException($"the backup holds {entry.Name}, which no Rackboot writes into one");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException)
        {
            throw new BackupException("the backup does not hold what a backup holds; take another copy of it", e);
        }

        // The tar ends before the file does: whether that is whole, its last chunk says.
        await opened.CopyToAsync(Stream.Null, cancel).ConfigureAwait(false);
        return manifest ?? throw new BackupException("the backup is empty");
    }

    private static async Task<BackupManifest> ManifestAsync(TarEntry entry, CancellationToken cancel) =>
        entry.Name == BackupManifest.EntryName && entry.DataStream is { Length: <= MostManifestBytes } data
            ? await JsonSerializer.DeserializeAsync<BackupManifest>(data, JsonSerializerOptions.Web, cancel).ConfigureAwait(false)
                ?? throw new InvalidDataException("no manifest")
            : throw new InvalidDataException("no manifest");

    private static bool IsInside(string name) =>
        name.Length > 0 && name[0] != '/' && name.Split('/').All(part => part is not ("" or "." or "..")) && !name.Contains('\0');
}
