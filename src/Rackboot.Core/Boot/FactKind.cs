namespace Rackboot.Core.Boot;

/// <summary>The kinds of facts that decide the cause of a boot's state. Other facts are only shown.</summary>
public enum FactKind
{
    /// <summary>Not decisive.</summary>
    None,

    /// <summary>It asked for an address, and was offered one.</summary>
    Offered,

    /// <summary>It asked for an address and was offered boot data; another server assigns the address.</summary>
    OfferedBootData,

    /// <summary>It has its address.</summary>
    TookAddress,

    /// <summary>It took the address of another DHCP server although this one assigns addresses.</summary>
    OtherServer,

    /// <summary>It took the address of the server that assigns addresses.</summary>
    OtherServerGives,

    /// <summary>This server refused the requested address.</summary>
    AddressRefused,

    /// <summary>Its reserved address was unavailable, and it got another one.</summary>
    OtherAddress,

    /// <summary>Another host uses its reserved address.</summary>
    AddressTaken,

    /// <summary>It declined its address.</summary>
    AddressDeclined,

    /// <summary>No address of the range is free.</summary>
    PoolExhausted,

    /// <summary>The subnet has no range, and nothing is reserved for it.</summary>
    NoRange,

    /// <summary>It asks from an unserved network.</summary>
    NotServed,

    /// <summary>It has no document, and such machines are ignored.</summary>
    Ignored,

    /// <summary>It has no document; it got an answer.</summary>
    Stranger,

    /// <summary>Its card is in no document, and reports the identity of a machine with one.</summary>
    UndescribedCard,

    /// <summary>There is no boot program for it.</summary>
    NoProgram,

    /// <summary>Its boot is impossible until an operator fixes something.</summary>
    Blocked,

    /// <summary>Its boot script was refused.</summary>
    ScriptRefused,

    /// <summary>It asked for the size or existence of a file.</summary>
    SizeAsked,

    /// <summary>It began to fetch a file.</summary>
    FileBegan,

    /// <summary>It acknowledged every byte of a file.</summary>
    FileArrived,

    /// <summary>It asked for a missing file.</summary>
    FileMissing,

    /// <summary>A stored file is unreadable, or differs from its import.</summary>
    FileDamaged,

    /// <summary>The transfer of a file broke off.</summary>
    FileBroke,

    /// <summary>No byte of a transfer was acknowledged.</summary>
    TransferUnheard,

    /// <summary>The client receives small packets, but acknowledged no block of the negotiated size.</summary>
    BlocksLost,

    /// <summary>The kernel command line is truncated.</summary>
    CommandLineCut,

    ConfigDelivered,
    ConfigUnknownToken,
    ConfigWrongAddress,
    ConfigWrongCard,
    ConfigWrongUuid,
    ConfigAfterGrace,
    ConfigNotReleased,
    ConfigUnreadable,

    /// <summary>The system reported an error that <see cref="Diagnosis.TalosMessages"/> knows.</summary>
    SystemFault,

    /// <summary>The system rejected its configuration.</summary>
    ConfigRefusedBySystem,

    /// <summary>A sequence or a service of the system failed.</summary>
    SystemFailed,

    /// <summary>The system restarts.</summary>
    Restarts,

    /// <summary>The system has come up.</summary>
    Ready,

    /// <summary>The daemon restarted during the boot.</summary>
    DaemonRestarted,

    /// <summary>The clock of this host was set during the boot.</summary>
    ClockJumped,

    /// <summary>What it sends arrives twice.</summary>
    ArrivesTwice,
}
