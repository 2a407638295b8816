using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Core.Credentials;

/// <summary>The key that credentials are encrypted with at rest: AES-256-GCM, the credential's name as associated data, so that what is stored
/// under one name cannot be passed off as another's.</summary>
public sealed class CredentialKey
{
    public const string FileName = "credentials.key";

    /// <summary>The name of the systemd credential (LoadCredential=, LoadCredentialEncrypted=) that is used where there is one.</summary>
    public const string SystemdName = "rackboot.key";

    private const int KeyBytes = 32;
    private const int NonceBytes = 12; // NIST SP 800-38D §8.2.2: random, 96 bits
    private const int TagBytes = 16;
    private const byte Format = 1;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly byte[] _key;

    private CredentialKey(byte[] key, string source) => (_key, Source) = (key, source);

    /// <summary>The file it came from.</summary>
    public string Source { get; }

    /// <summary>The key of systemd's credentials directory, else of the file in <paramref name="dataDirectory"/>, which is made if nothing was encrypted yet.</summary>
    /// <param name="systemdDirectory"><c>$CREDENTIALS_DIRECTORY</c>.</param>
    /// <param name="inUse">Whether the store holds credentials.</param>
    /// <exception cref="InvalidDataException">The file is missing though needed, readable by others, or no key.</exception>
    public static CredentialKey Load(string dataDirectory, string? systemdDirectory, bool inUse)
    {
        // systemd guards that directory itself, and shows group bits where it grants access by ACL (systemd.exec(5)).
        if (systemdDirectory is { Length: > 0 } && Path.Combine(systemdDirectory, SystemdName) is var given && File.Exists(given))
            return Read(given);
        var path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path))
            return inUse
                ? throw new InvalidDataException($"{path} is missing, and the stored credentials cannot be decrypted without it; restore it from where its copy is kept")
                : Create(path);
        if ((File.GetUnixFileMode(path) & ~OwnerOnly) is not 0 and var more)
            throw new InvalidDataException($"{path} is open to others ({more}); whoever could read it could decrypt every BMC password. If nobody did: chmod 600 {path}");
        return Read(path);
    }

    /// <summary>Encrypts <paramref name="plain"/> for the credential <paramref name="name"/>.</summary>
    public byte[] Seal(string name, ReadOnlySpan<byte> plain)
    {
        var box = new byte[1 + NonceBytes + TagBytes + plain.Length];
        box[0] = Format;
        RandomNumberGenerator.Fill(box.AsSpan(1, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(box.AsSpan(1, NonceBytes), plain, box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), Bound(name));
        return box;
    }

    /// <summary>Decrypts what <see cref="Seal"/> made for the same name.</summary>
    /// <exception cref="InvalidDataException">It was encrypted with another key, for another name, or is damaged.</exception>
    public byte[] Open(string name, ReadOnlySpan<byte> box)
    {
        try
        {
            if (box.Length < 1 + NonceBytes + TagBytes || box[0] != Format)
                throw new CryptographicException();
            var plain = new byte[box.Length - 1 - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(box.Slice(1, NonceBytes), box[(1 + NonceBytes + TagBytes)..], box.Slice(1 + NonceBytes, TagBytes), plain, Bound(name));
            return plain;
        }
        catch (CryptographicException)
        {
            throw new InvalidDataException($"credential {name} cannot be decrypted with the key in {Source}: that is not the key it was encrypted with, or the store was tampered with; restore the right key");
        }
    }

    private static byte[] Bound(string name) => Encoding.UTF8.GetBytes("rackboot credential\0" + name);

    private static CredentialKey Read(string path)
    {
        var key = new byte[KeyBytes + 1];
        using var file = File.OpenRead(path);
        return file.ReadAtLeast(key, key.Length, throwOnEndOfStream: false) == KeyBytes
            ? new CredentialKey(key[..KeyBytes], path)
            : throw new InvalidDataException($"{path} is not a key of Rackboot: it must have {KeyBytes} bytes. Restore it; a new one is made with: head -c {KeyBytes} /dev/urandom");
    }

    private static CredentialKey Create(string path)
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        var unfinished = path + ".new";
        using (var file = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(key);
            file.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(unfinished, OwnerOnly);
        File.Move(unfinished, path);
        return new CredentialKey(key, path);
    }
}
