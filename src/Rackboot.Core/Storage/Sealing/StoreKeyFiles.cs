using System.Security.Cryptography;

namespace Rackboot.Core.Storage.Sealing;

/// <summary>The files that the store's key is in. While a key is changed the new one waits beside the old: the store's own mark says which
/// of
/// the two it is sealed with, so that a crash at any point leaves the right one to be found.</summary>
internal sealed class StoreKeyFiles(string dataDirectory, string? systemdDirectory)
{
    public const string FileName = "credentials.key";
    public const string NextFileName = FileName + ".next";

    /// <summary>The name of the systemd credential (LoadCredential=, LoadCredentialEncrypted=) that is used where there is one.</summary>
    public const string SystemdName = "rackboot.key";

    /// <summary>The systemd credential that holds the key before, when systemd's key was changed.</summary>
    public const string SystemdOldName = "rackboot.key.old";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Path => System.IO.Path.Combine(dataDirectory, FileName);

    private string NextPath => System.IO.Path.Combine(dataDirectory, NextFileName);

    /// <summary>The key of systemd's credentials directory, else of the file in the data directory, which is made if nothing was encrypted
    /// yet.</summary>
    /// <param name="mark">The key that the store says it is sealed with; null if it says none.</param>
    /// <param name="inUse">Whether the store holds something encrypted.</param>
    /// <returns>The key to seal with, and then those that may be needed to open what is stored.</returns>
    /// <exception cref="InvalidDataException">The file is missing though needed, readable by others, no key, or not the one of this
    /// store.</exception>
    public StoreKey[] Load(string? mark, bool inUse)
    {
        // systemd guards that directory itself, and shows group bits where it grants access by ACL (systemd.exec(5)).
        if (Given(SystemdName) is { } given)
            return Given(SystemdOldName) is { } old ? [Read(given), Read(old)] : Fitting([Read(given)], mark);
        var next = File.Exists(NextPath) ? ReadGuarded(NextPath) : null;
        if (next is not null && next.Id == mark)
        {
            FinishChange();
            return [ReadGuarded(Path)];
        }

        if (next is not null)
            File.Delete(NextPath);
        if (File.Exists(Path))
            return Fitting([ReadGuarded(Path)], mark);
        return inUse
            ? throw new InvalidDataException($"{Path} is missing, and only this key decrypts the secrets in the store; restore "
                + $"it from your copy (docs/store.md)")
            : [Create(Path)];
    }

    /// <summary>Makes the next key, on disk beside the one in use. One that an earlier attempt left is taken again: a failing disk may
    /// have kept
    /// more of that attempt than it admitted.</summary>
    /// <exception cref="IOException">The key comes from systemd, or cannot be written.</exception>
    public StoreKey CreateNext() => Given(SystemdName) is { } given
        ? throw new IOException($"the key comes from systemd ({given}): set a new {SystemdName} and the present one as "
            + $"{SystemdOldName}, and restart rackbootd, which encrypts everything again (docs/store.md)")
        : File.Exists(NextPath) ? ReadGuarded(NextPath) : Create(NextPath);

    /// <summary>The store is sealed with the next key: it takes the place of the old one.</summary>
    public void FinishChange()
    {
        File.Move(NextPath, Path, overwrite: true);
        SyncDirectory();
    }

    private string? Given(string name) =>
        systemdDirectory is { Length: > 0 } && System.IO.Path.Combine(systemdDirectory, name) is var path && File.Exists(path) ? path
            : null;

    private static StoreKey[] Fitting(StoreKey[] keys, string? mark) => mark is null || keys[0].Id == mark
        ? keys
        : throw new InvalidDataException($"the store is encrypted with key {mark}, and {keys[0].Source} holds key {keys[0].Id}; restore "
            + $"the right key, or the store that belongs to it (docs/store.md)");

    private static StoreKey ReadGuarded(string path) => (File.GetUnixFileMode(path) & ~OwnerOnly) is not 0 and var more
        ? throw new InvalidDataException($"{path} is readable by others ({more}), who could decrypt every secret in the "
            + $"store. If nobody read it: chmod 600 {path}")
        : Read(path);

    private static StoreKey Read(string path)
    {
        var key = new byte[StoreKey.KeyBytes + 1];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(key, key.Length, throwOnEndOfStream: false) == StoreKey.KeyBytes
            ? new StoreKey(key[..StoreKey.KeyBytes], path)
            : throw new InvalidDataException($"{path} is not a Rackboot key: it must have {StoreKey.KeyBytes} bytes. Restore it from "
                + $"your copy (docs/store.md)");
    }

    private StoreKey Create(string path)
    {
        var key = RandomNumberGenerator.GetBytes(StoreKey.KeyBytes);
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly }))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(unfinished, OwnerOnly);
        File.Move(unfinished, path, overwrite: true);
        SyncDirectory();
        return new StoreKey(key, Path);
    }

    // A name that is not on disk when the power goes is a key that is gone.
    private void SyncDirectory() => DirectorySync.Flush(dataDirectory);
}
