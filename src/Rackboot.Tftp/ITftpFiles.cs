using System.Net;

namespace Rackboot.Tftp;

/// <summary>The files that a <c>TftpServer</c> serves, by name. There is no file system behind it. Called on the server's threads,
/// several at once.</summary>
public interface ITftpFiles
{
    /// <summary>The file that <paramref name="request"/> asks for, or null if there is none. Answered from memory, without waiting.
    /// The server has cleaned the name already: one leading slash removed, nothing but printable ASCII, no <c>..</c>.</summary>
    TftpFile? Open(TftpRead request);

    /// <summary>Whether <paramref name="client"/> is one of ours: where places are short, strangers give way to it.</summary>
    bool Expects(IPAddress client) => false;
}
