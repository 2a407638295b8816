namespace Rackboot.Tftp;

/// <summary>A file in mode netascii (RFC 764): a line ends with CR LF, and a CR alone is CR NUL. It is turned piece by piece as it is
/// read: whole texts in memory, one a transfer, would be what a flood of requests fills it with.</summary>
internal sealed class NetasciiFile : TftpFile
{
    // Text is scripts.
    private const int MostBytes = 1024 * 1024;
    private const int PieceBytes = 4096;

    private readonly TftpFile _file;

    // Where each piece of the file begins in the text.
    private readonly long[] _begins;

    private NetasciiFile(TftpFile file)
    {
        _file = file;
        _begins = new long[file.Length / PieceBytes + 1];
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (var i = 0; i < _begins.Length; i++)
        {
            _begins[i] = Length;
            var bytes = piece[..file.Read((long)i * PieceBytes, piece)];
            Length += bytes.Length + bytes.Count((byte)'\n') + bytes.Count((byte)'\r');
        }
    }

    /// <summary>Of the text, in bytes.</summary>
    public override long Length { get; }

    /// <summary>The file as text, which owns it; null if it is too large to be text, and disposed.</summary>
    public static NetasciiFile? From(TftpFile file)
    {
        if (file.Length <= MostBytes)
            return new NetasciiFile(file);
        file.Dispose();
        return null;
    }

    internal override bool IsInMemory(long end) => _file.IsInMemory(_file.Length);

    internal override void WhenMoreIsInMemory(Action arrived) => _file.WhenMoreIsInMemory(arrived);

    public override int Read(long offset, Span<byte> buffer)
    {
        var index = Array.BinarySearch(_begins, offset);
        index = index < 0 ? ~index - 1 : index;
        Span<byte> piece = stackalloc byte[PieceBytes];
        var written = 0;
        for (; index < _begins.Length && written < buffer.Length; index++)
        {
            var at = _begins[index];
            foreach (var b in piece[..Math.Max(0, _file.Read((long)index * PieceBytes, piece))])
            {
                if (b == '\n')
                    Put((byte)'\r', buffer);
                Put(b, buffer);
                if (b == '\r')
                    Put(0, buffer);
            }

            void Put(byte b, Span<byte> into)
            {
                if (at++ >= offset && written < into.Length)
                    into[written++] = b;
            }
        }

        return written;
    }

    public override void Dispose() => _file.Dispose();
}
