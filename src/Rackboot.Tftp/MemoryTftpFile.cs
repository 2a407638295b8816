namespace Rackboot.Tftp;

/// <summary>A file in memory.</summary>
public sealed class MemoryTftpFile(ReadOnlyMemory<byte> content) : TftpFile
{
    public override long Length => content.Length;

    public override int Read(long offset, Span<byte> buffer)
    {
        if (offset >= content.Length)
            return 0;
        var part = content.Span[(int)offset..];
        part = part[..Math.Min(part.Length, buffer.Length)];
        part.CopyTo(buffer);
        return part.Length;
    }

    public override void Dispose()
    {
    }
}
