using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Rackboot.Tftp;

/// <summary>A file on disk, mapped into memory: its blocks go from the page cache to the socket. Any number of transfers can share
/// it.</summary>
public sealed class DiskTftpFile : TftpFile
{
    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly DiskReader _reader;
    private int _users = 1;

    private DiskTftpFile(SafeFileHandle file, DiskReader reader)
    {
        (_file, _reader) = (file, reader);
        Length = RandomAccess.GetLength(file);
        if (Length == 0)
            return; // nothing of an empty file can be mapped
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        Mapping = _view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)_view.PointerOffset;
    }

    public override long Length { get; }

    internal override nint Mapping { get; }

    /// <summary>Opens <paramref name="path"/>; null if it cannot be read.</summary>
    public static DiskTftpFile? Open(string path) => Open(path, new DiskReader());

    /// <param name="reader">Knows what of the file is in memory, also from earlier uses.</param>
    internal static DiskTftpFile? Open(string path, DiskReader reader)
    {
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            return new DiskTftpFile(file, reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
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

    internal override bool IsInMemory(long end) => _reader.Has(this, end);

    internal override void WhenMoreIsInMemory(Action arrived) => _reader.Notify(arrived);

    /// <summary>One more user of this file, who disposes it too; null if the last of them has.</summary>
    internal DiskTftpFile? Share()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return this;
        return null;
    }

    /// <summary>Ends one use; after the last the file is closed.</summary>
    public override void Dispose()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        _view?.Dispose();
        _map?.Dispose();
        _file.Dispose();
    }
}
