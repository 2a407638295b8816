namespace Rackboot.Tftp.Tests;

/// <summary>A file on a disk that yields it when the test says so.</summary>
internal sealed class LateFile(byte[] content) : TftpFile
{
    private readonly Lock _lock = new();
    private readonly HashSet<Action> _waiting = [];
    private long _there;

    public override long Length => content.Length;

    /// <summary>The disk yields it up to <paramref name="end"/>.</summary>
    public void Arrive(long end)
    {
        List<Action> waiting;
        lock (_lock)
        {
            _there = end;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        waiting.ForEach(arrived => arrived());
    }

    public override int Read(long offset, Span<byte> buffer)
    {
        Assert.True(offset + buffer.Length <= Volatile.Read(ref _there), "a loop reads what the disk has not yielded");
        return new MemoryTftpFile(content).Read(offset, buffer);
    }

    public override void Dispose()
    {
    }

    internal override bool IsInMemory(long end) => end <= Volatile.Read(ref _there);

    internal override void WhenMoreIsInMemory(Action arrived)
    {
        lock (_lock)
            _waiting.Add(arrived);
    }
}
