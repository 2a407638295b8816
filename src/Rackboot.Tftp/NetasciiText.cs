namespace Rackboot.Tftp;

/// <summary>Mode netascii (RFC 764): a line ends with CR LF, and a CR alone is CR NUL.</summary>
internal static class NetasciiText
{
    // Text is scripts. It is turned in memory, once for every transfer: with more, a flood of requests would take it all.
    private const int MostBytes = 1024 * 1024;

    /// <summary>The file as text; null if it is too large to be text.</summary>
    public static MemoryTftpFile? From(TftpFile file)
    {
        using (file)
        {
            if (file.Length > MostBytes)
                return null;
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            var text = new List<byte>(bytes.Length + bytes.Length / 16);
            foreach (var b in bytes)
            {
                if (b == '\n')
                    text.Add((byte)'\r');
                text.Add(b);
                if (b == '\r')
                    text.Add(0);
            }

            return new MemoryTftpFile(text.ToArray());
        }
    }
}
