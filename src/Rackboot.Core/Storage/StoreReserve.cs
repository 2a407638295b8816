using System.Security.Cryptography;

namespace Rackboot.Core.Storage;

/// <summary>Room on the disk that is kept for leases and changes: a file that is given up when the disk is full, and made again when there
/// is
/// space for twice as much.</summary>
internal sealed class StoreReserve
{
    private const int Chunk = 64 * 1024;

    private readonly string _file;

    /// <param name="most">Its size; on a small disk an eighth of that. 0 keeps none.</param>
    public StoreReserve(string directory, long most)
    {
        _file = Path.Combine(directory, "rackboot.reserve");
        Drive = new DriveInfo(directory);
        Bytes = Math.Min(most, Drive.TotalSize / 8);
    }

    public DriveInfo Drive { get; }

    /// <summary>How much is kept; 0 if nothing is.</summary>
    public long Bytes { get; }

    public long FreeBytes
    {
        get
        {
            try
            {
                return Drive.AvailableFreeSpace;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }

    public bool HasRoom => FreeBytes >= 2 * Bytes;

    /// <summary>Whether the reserve exists, or is disabled.</summary>
    public bool IsKept => Bytes == 0 || File.Exists(_file);

    public void Release()
    {
        try
        {
            File.Delete(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that fails does not give the room back either.
        }
    }

    /// <summary>Creates the reserve if the disk has space.</summary>
    /// <returns>Whether it exists now.</returns>
    public bool TryKeep()
    {
        if (IsKept)
            return true;
        if (!HasRoom)
            return false;
        try
        {
            // Random, for file systems that compress; written, for those that allocate late.
            var unfinished = _file + ".new";
            using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                for (long written = 0; written < Bytes; written += Chunk)
                    file.Write(RandomNumberGenerator.GetBytes((int)Math.Min(Chunk, Bytes - written)));
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, _file, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
