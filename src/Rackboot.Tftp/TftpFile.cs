namespace Rackboot.Tftp;

/// <summary>An opened file: its length and a way to read it at any place, from several transfers at once.</summary>
public abstract class TftpFile : IDisposable
{
    /// <summary>In bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Where the whole file is in memory, for the kernel to read and nobody else (of a file that was cut short it says EFAULT,
    /// where our own reading would end the process); 0 if it has to be read.</summary>
    internal virtual nint Mapping => 0;

    /// <summary>Whether sending its bytes up to <paramref name="end"/> waits for no disk. If not, they are being read.</summary>
    internal virtual bool IsInMemory(long end) => true;

    /// <summary>Has <paramref name="arrived"/> called, on any thread, when more is in memory than when it was asked for.</summary>
    internal virtual void WhenMoreIsInMemory(Action arrived) => arrived();

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on, as far as the file goes.</summary>
    /// <returns>How many bytes were read.</returns>
    public abstract int Read(long offset, Span<byte> buffer);

    public abstract void Dispose();
}
