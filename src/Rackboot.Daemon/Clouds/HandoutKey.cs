using System.Security.Cryptography;

namespace Rackboot.Daemon.Clouds;

/// <summary>The key that tokens are derived from: a file of this appliance alone, made at the first start that needs it.</summary>
internal static class HandoutKey
{
    private const int Bytes = 32;

    public static byte[] Read(string data)
    {
        var path = Path.Combine(data, "handout.key");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: Bytes } known)
            return known;
        // Whole or not at all: a half key would be another one after a crash.
        var made = RandomNumberGenerator.GetBytes(Bytes);
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(made);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        return made;
    }
}
