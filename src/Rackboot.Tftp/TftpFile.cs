namespace Rackboot.Tftp;

/// <summary>An opened file: its length and a way to read it at any place, from several transfers at once.</summary>
public abstract class TftpFile : IDisposable
{
    /// <summary>In bytes.</summary>
    public abstract long Length { get; }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on, as far as the file goes.</summary>
    /// <returns>How many bytes were read.</returns>
    public abstract int Read(long offset, Span<byte> buffer);

    public abstract void Dispose();
}
