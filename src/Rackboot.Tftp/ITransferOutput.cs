namespace Rackboot.Tftp;

/// <summary>Takes the packets that a transfer has for its client.</summary>
internal interface ITransferOutput
{
    void Send(ReadOnlySpan<byte> packet);

    /// <summary>Sends the blocks <paramref name="first"/> to <paramref name="last"/> of <paramref name="file"/>, counted from 1 and
    /// without rolling over. Throws what reading the file throws.</summary>
    void SendBlocks(TftpFile file, int blockBytes, long first, long last);
}
