using System.Reflection;
using Rackboot.Backup;
using Rackboot.Core.Storage;
using Rackboot.Core.Storage.Sealing;

namespace Rackboot.Daemon.Backups;

/// <summary>Writes a backup of this appliance: the store as it is at one moment, its key, the other files of the data directory, and the
/// configuration.</summary>
internal sealed class StoreBackup(SqliteStore store, string data, string? configuration, TimeProvider time)
{
    public const string CopyEnding = ".copy";

    private const string StoreEntry = $"{BackupManifest.Data}{Restoration.Store}";
    private const string KeyEntry = $"{BackupManifest.Data}credentials.key";

    private static readonly string Version = typeof(StoreBackup).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Takes the copy of the store, which may fail for want of room, before anything is written.</summary>
    public async Task<Copy> CopyAsync(CancellationToken cancel)
    {
        var path = Path.Combine(data, $"{Guid.NewGuid():N}{CopyEnding}");
        var created = time.GetUtcNow();
        return new Copy(path, await store.CopyAsync(path, cancel).ConfigureAwait(false), created);
    }

    /// <summary>Writes the backup.</summary>
    public async Task WriteAsync(Stream to, Copy copy, BackupSeal seal, bool assets, CancellationToken cancel)
    {
        await using var writer = await BackupWriter.BeginAsync(to, seal, new BackupManifest
        {
            Version = Version, Created = copy.Created, Host = Environment.MachineName, KeyId = copy.Key.Id, Assets = assets,
        }, cancel).ConfigureAwait(false);
        await AddAsync(writer, StoreEntry, copy.Path, cancel).ConfigureAwait(false);
        using (var key = new MemoryStream(copy.Key.Bytes.ToArray()))
            await writer.AddAsync(KeyEntry, key, cancel).ConfigureAwait(false);
        if (configuration is not null && File.Exists(configuration))
            await AddAsync(writer, BackupManifest.Configuration, configuration, cancel).ConfigureAwait(false);
        foreach (var file in BackupFiles.In(data, assets))
            await AddAsync(writer, BackupManifest.Data + file, Path.Combine(data, file), cancel).ConfigureAwait(false);
        await writer.FinishAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Clears away what a process that was ended left.</summary>
    public static void ClearUp(string data)
    {
        foreach (var copy in Directory.EnumerateFiles(data, $"*{CopyEnding}*"))
            File.Delete(copy);
    }

    private static async Task AddAsync(BackupWriter writer, string name, string path, CancellationToken cancel)
    {
        FileStream file;
        try
        {
            file = File.OpenRead(path);
        }
        catch (FileNotFoundException)
        {
            return; // it was deleted since the directory was listed
        }

        await using (file)
            await writer.AddAsync(name, file, cancel).ConfigureAwait(false);
    }

    /// <summary>A copy of the store on the disk; gone when it is disposed of.</summary>
    internal sealed record Copy(string Path, StoreKey Key, DateTimeOffset Created) : IDisposable
    {
        public void Dispose() => File.Delete(Path);
    }
}
