using Microsoft.Win32.SafeHandles;

namespace Rackboot.Tftp;

/// <summary>A file on disk, read by position.</summary>
public sealed class DiskTftpFile : TftpFile
{
    private readonly SafeFileHandle _file;

    private DiskTftpFile(SafeFileHandle file, long length) => (_file, Length) = (file, length);

    public override long Length { get; }

    /// <summary>Opens <paramref name="path"/>; null if it cannot be read.</summary>
    public static DiskTftpFile? Open(string path)
    {
        try
        {
            var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            return new DiskTftpFile(file, RandomAccess.GetLength(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public override int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        for (int read; total < buffer.Length && (read = RandomAccess.Read(_file, buffer[total..], offset + total)) > 0;)
            total += read;
        return total;
    }

    public override void Dispose() => _file.Dispose();
}
