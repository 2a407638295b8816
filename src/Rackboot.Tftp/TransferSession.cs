using Rackboot.Tftp.Transport;

namespace Rackboot.Tftp;

/// <summary>A transfer with all that its loop knows of it.</summary>
internal sealed class TransferSession
{
    public TransferSession() => (InOrder, OfAddress, OnWheel) = (new(this), new(this), new(this));

    public required TftpTransfer Transfer { get; init; }

    public required TftpRequest Asked { get; init; }

    public required TftpRead Request { get; init; }

    public required UdpPort Port { get; init; }

    public required Peer Peer { get; init; }

    /// <summary>What it is found by.</summary>
    public required ulong Key { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Its client is one that the owner of the server knows.</summary>
    public bool IsExpected { get; init; }

    /// <summary>Bytes that were acknowledged when its progress was told last.</summary>
    public long Told { get; set; }

    /// <summary>Its place among all, by how long they are silent.</summary>
    public LinkedListNode<TransferSession> InOrder { get; }

    /// <summary>Its place among those of the same address, by how long they are silent.</summary>
    public LinkedListNode<TransferSession> OfAddress { get; }

    public LinkedListNode<TransferSession> OnWheel { get; }

    /// <summary>Its blocks may leave as one packet that the kernel cuts.</summary>
    public bool Segments { get; set; } = true;

    /// <summary>It has more to send than its port had room for.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Since when its next blocks are being read from the disk; null if they are not, or were not at the last look.</summary>
    public DateTimeOffset? Reading { get; set; }

    /// <summary>Its client asked for the same file again when all of it had been sent.</summary>
    public bool WantsAgain { get; set; }

    /// <summary>A part of its file is not there any more.</summary>
    public bool FileWasCut { get; set; }
}
