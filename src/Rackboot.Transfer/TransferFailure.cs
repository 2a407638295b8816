namespace Rackboot.Transfer;

/// <summary>Why a file did not arrive.</summary>
public enum TransferFailure
{
    /// <summary>Nobody answers, or the connection breaks again and again.</summary>
    Unreachable,

    /// <summary>The server has no such file.</summary>
    NotFound,

    /// <summary>The server will not give it, and asking again changes nothing.</summary>
    Refused,

    /// <summary>The server has a fault of its own, again and again.</summary>
    ServerFault,

    /// <summary>What came is something else: a web page, other bytes than the checksum says, another length.</summary>
    WrongContent,

    /// <summary>The disk has no room for it.</summary>
    DiskFull,
}
