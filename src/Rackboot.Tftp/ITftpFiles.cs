using System.Net;

namespace Rackboot.Tftp;

/// <summary>The files that a <c>TftpServer</c> serves, by name. There is no file system behind it.</summary>
public interface ITftpFiles
{
    /// <summary>The file that <paramref name="request"/> asks for, or null if there is none. Answered from memory, without waiting.
    /// The server has cleaned the name already: one leading slash removed, nothing but printable ASCII, no <c>..</c>.</summary>
    TftpFile? Open(TftpRead request);
}

/// <summary>A read request.</summary>
/// <param name="FileName">The name asked for.</param>
/// <param name="Client">Where the client asks from.</param>
/// <param name="ServerAddress">The address that the client asked at; <see cref="IPAddress.Any"/> where the socket does not say.</param>
public sealed record TftpRead(string FileName, IPEndPoint Client, IPAddress ServerAddress);

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
