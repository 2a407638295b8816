using System.Net;

namespace Rackboot.Tftp;

/// <summary>Is told how transfers go. Called on the server's threads: it must not block.</summary>
public interface ITftpObserver
{
    void Started(TftpRead request, long length);

    void Finished(TftpRead request, long length, TimeSpan duration);

    /// <summary>The client has acknowledged more of the file. Told now and then, not with every packet.</summary>
    void Moved(TftpRead request, TftpProgress progress)
    {
    }

    /// <summary>A transfer ended early, or a request was refused.</summary>
    /// <param name="probe">The client only wanted to know the size (<c>tsize</c>) and aborted, as firmware does: not a failure.</param>
    void Failed(TftpRead request, string reason, bool probe);

    /// <summary>A transfer that had begun ended early.</summary>
    /// <param name="probe">The client only wanted to know the size.</param>
    /// <param name="progress">How far it came.</param>
    void Broke(TftpRead request, string reason, bool probe, TftpProgress progress) => Failed(request, reason, probe);

    /// <summary>A packet was dropped.</summary>
    /// <param name="reason">Low in variety: usable as a metric's tag.</param>
    void Dropped(EndPoint source, string reason);
}
