using Rackboot.Tftp.Transport;

namespace Rackboot.Tftp;

/// <summary>A transfer with all that its loop knows of it.</summary>
internal sealed class TransferSession
{
    public TransferSession(TftpTransfer transfer, TftpRequest asked, TftpRead request, UdpPort port, Peer peer, ulong key, DateTimeOffset started, bool expected)
    {
        (Transfer, Asked, Request, Port, Peer, Key, Started, IsExpected) = (transfer, asked, request, port, peer, key, started, expected);
        (InOrder, OfAddress, OnWheel) = (new(this), new(this), new(this));
    }

    public TftpTransfer Transfer { get; }

    public TftpRequest Asked { get; }

    public TftpRead Request { get; }

    public UdpPort Port { get; }

    public Peer Peer { get; }

    /// <summary>What it is found by.</summary>
    public ulong Key { get; }

    public DateTimeOffset Started { get; }

    public bool IsExpected { get; }

    /// <summary>Its place among all, by how long they are silent.</summary>
    public LinkedListNode<TransferSession> InOrder { get; }

    /// <summary>Its place among those of the same address, by how long they are silent.</summary>
    public LinkedListNode<TransferSession> OfAddress { get; }

    public LinkedListNode<TransferSession> OnWheel { get; }

    /// <summary>Its blocks may leave as one packet that the kernel cuts.</summary>
    public bool Segments { get; set; } = true;

    /// <summary>It has more to send than its port had room for.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Its client asked for the same file again when all of it had been sent.</summary>
    public bool WantsAgain { get; set; }

    /// <summary>A part of its file is not there any more.</summary>
    public bool FileWasCut { get; set; }
}
