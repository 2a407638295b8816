using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A file mapped from the page cache. Sending from the mapping copies its bytes once, in large pieces, which costs less than
/// page-by-page sending by the kernel (sendfile). Only the kernel may read the bytes: for a truncated file it returns EFAULT
/// (mmap(2)), while our own read would crash the daemon. What is not in memory is read on threads of their own (<see cref="DiskReaders"/>),
/// so that a slow disk holds up nobody else.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private const int RegionBits = 30;
    private const int MostReaders = 4;
    private const int MostLookedAt = 512;

    // Read ahead while a piece is sent.
    private const int AheadBytes = 4 << 20;

    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly Region[] _regions = [];
    private readonly nint _end;
    private readonly bool _tellsWhatIsInMemory;
    private int _users = 1;

    /// <param name="mayWrite">The process may write to it: of other files Linux says that all is in memory (mincore(2)).</param>
    internal MappedFile(string path, bool mayWrite)
    {
        _tellsWhatIsInMemory = mayWrite;
        using var file = File.OpenHandle(path);
        Length = RandomAccess.GetLength(file);
        if (Length == 0)
            return; // an empty file cannot be mapped
        _map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = _map.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        start += _view.PointerOffset;
        _end = (nint)start + (nint)Length;
        _regions = new Region[(int)((Length - 1 >> RegionBits) + 1)];
        for (var i = 0; i < _regions.Length; i++)
            _regions[i] = new Region(start + ((long)i << RegionBits), (int)Math.Min(1L << RegionBits, Length - ((long)i << RegionBits)));
    }

    public long Length { get; }

    /// <summary>The threads that may wait for the disk for this file at once.</summary>
    public SemaphoreSlim Readers { get; } = new(MostReaders);

    public static MappedFile Open(string path) => new(path, LinuxCalls.MayWrite(path));

    /// <summary>The bytes from <paramref name="offset"/> on, at most <paramref name="most"/>.</summary>
    public ReadOnlyMemory<byte> Piece(long offset, int most)
    {
        var region = _regions[offset >> RegionBits].Memory[(int)(offset & ((1L << RegionBits) - 1))..];
        return region[..Math.Min(most, region.Length)];
    }

    /// <summary>Whether sending <paramref name="piece"/> waits for no disk; false where that is not known.</summary>
    public bool IsInMemory(ReadOnlyMemory<byte> piece)
    {
        if (!_tellsWhatIsInMemory)
            return false;
        using var pin = piece.Pin();
        var (start, length) = Pages((byte*)pin.Pointer, piece.Length);
        var states = stackalloc byte[MostLookedAt];
        var pages = (length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        return pages > MostLookedAt || LinuxCalls.InMemory(start, (nuint)length, states) != 0
            || !new ReadOnlySpan<byte>(states, pages).Contains((byte)0);
    }

    /// <summary>Reads <paramref name="piece"/> from the disk, however long that takes, and begins to read what follows. A part that
    /// cannot be read is noticed when it is sent.</summary>
    public void Bring(ReadOnlyMemory<byte> piece)
    {
        using var pin = piece.Pin();
        var (start, length) = Pages((byte*)pin.Pointer, piece.Length);
        _ = LinuxCalls.Advise(start, (nuint)length, LinuxCalls.PopulateRead);
        _ = LinuxCalls.Advise(start, (nuint)Math.Min(length + AheadBytes, _end - start), LinuxCalls.WillNeed);
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

    private static (nint Start, int Length) Pages(byte* at, int length)
    {
        var into = (int)((nint)at & (Environment.SystemPageSize - 1));
        return ((nint)at - into, length + into);
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
