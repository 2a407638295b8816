namespace Rackboot.Tftp;

/// <summary>Reads a file into the page cache on a thread of its own, so that a loop that sends it waits for no disk, and knows how much of
/// it is there. Asking Linux what of a mapped file is in memory (mincore(2)) would not do: it tells that only of files that the process
/// may write to, and iPXE belongs to a package.</summary>
internal sealed class DiskReader
{
    private const int PieceBytes = 64 * 1024;
    private const long All = long.MaxValue;

    // Linux may drop what nobody used for a while: it is read again after some seconds, and until that has succeeded it counts for some
    // seconds more.
    private const long ReadAgainMilliseconds = 5000;
    private const long KnownMilliseconds = 10_000;

    private readonly Lock _lock = new();
    private readonly HashSet<Action> _waiting = [];
    private long _bytes;
    private long _completed = long.MinValue / 2;
    private bool _isReading;

    /// <summary>Whether <paramref name="file"/> is in memory up to <paramref name="end"/>; if not, it is being read.</summary>
    public bool Has(DiskTftpFile file, long end)
    {
        if (Age > ReadAgainMilliseconds)
            Begin(file);
        return end <= Volatile.Read(ref _bytes);
    }

    /// <summary>Has <paramref name="arrived"/> called once when more is in memory, or nothing more comes: on another thread, or at
    /// once. The same action is remembered once.</summary>
    public void Notify(Action arrived)
    {
        lock (_lock)
            if (_isReading)
            {
                _waiting.Add(arrived);
                return;
            }

        arrived();
    }

    private long Age => Environment.TickCount64 - Volatile.Read(ref _completed);

    private void Begin(DiskTftpFile file)
    {
        lock (_lock)
        {
            if (_bytes == All && Age > KnownMilliseconds)
                Volatile.Write(ref _bytes, 0);
            if (_isReading || Age <= ReadAgainMilliseconds || file.Share() is null)
                return;
            _isReading = true;
        }

        new Thread(() => Read(file)) { Name = "tftp disk", IsBackground = true }.Start();
    }

    private void Read(DiskTftpFile file)
    {
        var piece = new byte[PieceBytes];
        try
        {
            for (long offset = 0; offset < file.Length && file.Read(offset, piece) > 0; offset += PieceBytes)
                Arrived(offset + PieceBytes, isOver: false);
        }
        catch (IOException)
        {
            // What cannot be read is noticed when it is sent.
        }

        Arrived(All, isOver: true);
        file.Dispose();
    }

    private void Arrived(long bytes, bool isOver)
    {
        Action[] waiting;
        lock (_lock)
        {
            Volatile.Write(ref _bytes, Math.Max(_bytes, bytes));
            if (isOver)
                Volatile.Write(ref _completed, Environment.TickCount64);
            _isReading = !isOver;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var arrived in waiting)
            arrived();
    }
}
