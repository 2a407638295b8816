using System.Security.Cryptography;

namespace Rackboot.Core.Assets;

/// <summary>Reads a stored file and compares it with its recorded checksum.</summary>
public static class ContentCheck
{
    /// <summary>The error in the file <paramref name="path"/>, or null.</summary>
    public static async Task<string?> MistakeAsync(string path, string sha256, long bytes, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20,
                FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (file.Length != bytes)
                return $"has {file.Length:N0} bytes; {bytes:N0} bytes were stored";
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel).ConfigureAwait(false));
            return found == sha256 ? null : $"its content has changed: its SHA-256 is {found}; it was stored with {sha256}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {e.Message}";
        }
    }
}
