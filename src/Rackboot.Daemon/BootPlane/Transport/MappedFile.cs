using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A file mapped from the page cache. Sending from the mapping copies its bytes once, in large pieces, which costs less than
/// page-by-page sending by the kernel (sendfile). Only the kernel may read the bytes: for a truncated file it returns EFAULT
/// (mmap(2)), while our own read would crash the daemon.</summary>
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
            return; // an empty file cannot be mapped
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

    /// <summary>The bytes from <paramref name="offset"/> on, at most <paramref name="most"/>.</summary>
    public ReadOnlyMemory<byte> Piece(long offset, int most)
    {
        var region = _regions[offset >> RegionBits].Memory[(int)(offset & ((1L << RegionBits) - 1))..];
        return region[..Math.Min(most, region.Length)];
    }

    /// <summary>Adds a user of this file, who must also dispose it; null if the last user already has.</summary>
    public MappedFile? Share()
    {
        for (var users = Volatile.Read(ref _users); users > 0; users = Volatile.Read(ref _users))
            if (Interlocked.CompareExchange(ref _users, users + 1, users) == users)
                return this;
        return null;
    }

    /// <summary>Ends one use; the last one unmaps the file.</summary>
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
