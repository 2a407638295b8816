using Microsoft.Win32.SafeHandles;

namespace Rackboot.Tftp;

/// <summary>A file on disk, for one transfer: it reads some blocks ahead.</summary>
public sealed class DiskTftpFile : TftpFile
{
    private const int AheadBytes = 16 * 1024;

    private readonly SafeFileHandle _file;
    private readonly byte[] _ahead = new byte[AheadBytes];
    private long _aheadOffset;
    private int _aheadLength;

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
        if (buffer.Length > AheadBytes)
            return Fill(offset, buffer);
        if (offset < _aheadOffset || offset + buffer.Length > _aheadOffset + _aheadLength)
            (_aheadOffset, _aheadLength) = (offset, Fill(offset, _ahead));
        var length = Math.Min(buffer.Length, _aheadLength);
        _ahead.AsSpan((int)(offset - _aheadOffset), length).CopyTo(buffer);
        return length;
    }

    public override void Dispose() => _file.Dispose();

    private int Fill(long offset, Span<byte> buffer)
    {
        var total = 0;
        for (int read; total < buffer.Length && (read = RandomAccess.Read(_file, buffer[total..], offset + total)) > 0;)
            total += read;
        return total;
    }
}
