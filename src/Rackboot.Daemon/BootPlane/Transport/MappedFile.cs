using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A file in memory as the page cache has it. Sent from there its bytes are copied once, in large pieces, which costs less than
/// having the kernel send it a page at a time (sendfile). Only the kernel may read them: of a file that was cut short it says EFAULT
/// (mmap(2)), where our own reading would end the daemon.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private const int RegionBits = 30;

    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly Region[] _regions = [];
    private int _users = 1;

    private MappedFile(string path)
    {
        using var file = File.OpenHandle(path);
        Length = RandomAccess.GetLength(file);
        if (Length == 0)
            return; // nothing of an empty file can be mapped
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += _view.PointerOffset;
        _regions = new Region[(int)((Length - 1 >> RegionBits) + 1)];
        for (var i = 0; i < _regions.Length; i++)
            _regions[i] = new Region(start + ((long)i << RegionBits), (int)Math.Min(1L << RegionBits, Length - ((long)i << RegionBits)));
    }

    public long Length { get; }

    public static MappedFile Open(string path) => new(path);

    /// <summary>What stands from <paramref name="offset"/> on, at most <paramref name="most"/> bytes of it.</summary>
    public ReadOnlyMemory<byte> Piece(long offset, int most)
    {
        var region = _regions[offset >> RegionBits].Memory[(int)(offset & ((1L << RegionBits) - 1))..];
        return region[..Math.Min(most, region.Length)];
    }

    /// <summary>One more user of this file, who disposes it too; null if the last of them has.</summary>
    public MappedFile? Share()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return this;
        return null;
    }

    /// <summary>Ends one use; after the last the memory is given back.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _map?.Dispose();
    }

    // Memory<T> counts in int.
    private sealed class Region(byte* start, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(start, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
