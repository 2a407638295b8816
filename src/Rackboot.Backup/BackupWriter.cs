using System.Formats.Tar;
using System.Text.Json;

namespace Rackboot.Backup;

/// <summary>Writes a backup: an encrypted tar, the manifest first. What is not finished is known to be cut short.</summary>
public sealed class BackupWriter : IAsyncDisposable
{
    private readonly Chunks _chunks;
    private readonly SealingStream _stream;
    private readonly TarWriter _tar;

    private BackupWriter(Stream to, byte[] key, byte[] header)
    {
        _chunks = new Chunks(key, header);
        _stream = new SealingStream(to, _chunks);
        _tar = new TarWriter(_stream, TarEntryFormat.Pax, leaveOpen: true);
    }

    /// <summary>Begins a backup.</summary>
    /// <param name="to">Is written asynchronously alone, and left open.</param>
    /// <exception cref="BackupException">The passphrase is too short, or the key is none.</exception>
    public static async Task<BackupWriter> BeginAsync(Stream to, BackupSeal seal, BackupManifest manifest, CancellationToken cancel)
    {
        var (header, key) = BackupKeys.Create(seal);
        var bytes = header.Write();
        await to.WriteAsync(bytes, cancel).ConfigureAwait(false);
        var writer = new BackupWriter(to, key, bytes);
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, JsonSerializerOptions.Web));
        await writer.AddAsync(BackupManifest.EntryName, json, cancel).ConfigureAwait(false);
        return writer;
    }

    /// <summary>Adds a file.</summary>
    /// <param name="name">A relative path.</param>
    public Task AddAsync(string name, Stream content, CancellationToken cancel) =>
        _tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = content, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }, cancel);

    /// <summary>Ends the backup: from now on it is whole.</summary>
    public async Task FinishAsync(CancellationToken cancel)
    {
        await _tar.DisposeAsync().ConfigureAwait(false);
        await _stream.FinishAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        _chunks.Dispose();
    }
}
