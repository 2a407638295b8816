namespace Rackboot.Tftp;

/// <summary>RFC 1350 appendix, RFC 2347.</summary>
public enum TftpError : ushort
{
    NotDefined = 0,
    FileNotFound = 1,
    AccessViolation = 2,
    DiskFull = 3,
    IllegalOperation = 4,
    UnknownTransferId = 5,
    FileExists = 6,
    NoSuchUser = 7,
    OptionsRefused = 8,
}
