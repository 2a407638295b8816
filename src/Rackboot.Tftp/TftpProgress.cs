namespace Rackboot.Tftp;

/// <summary>How far a transfer has come.</summary>
/// <param name="Acknowledged">Bytes of the file that the client has acknowledged.</param>
/// <param name="Length">Bytes of the whole file.</param>
/// <param name="BlockBytes">Bytes of a block of this transfer.</param>
/// <param name="WasHeard">The client has acknowledged something, if only the options.</param>
public readonly record struct TftpProgress(long Acknowledged, long Length, int BlockBytes, bool WasHeard);
