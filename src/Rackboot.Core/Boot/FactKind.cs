namespace Rackboot.Core.Boot;

/// <summary>The kinds of fact that decide why a boot stands where it stands. Others are told and decide nothing.</summary>
public enum FactKind
{
    /// <summary>Nothing that decides.</summary>
    None,

    /// <summary>It asked for an address, and was offered one.</summary>
    Offered,

    /// <summary>It asked for an address, was offered boot data, and another server is to give the address.</summary>
    OfferedBootData,

    /// <summary>It has its address.</summary>
    TookAddress,

    /// <summary>It took the address of another DHCP server where this one gives them.</summary>
    OtherServer,

    /// <summary>It took the address of the server that gives them.</summary>
    OtherServerGives,

    /// <summary>It was refused the address that it asked for.</summary>
    AddressRefused,

    /// <summary>Its reserved address could not be given, and it got another one.</summary>
    OtherAddress,

    /// <summary>Somebody uses its reserved address.</summary>
    AddressTaken,

    /// <summary>It declined the address that it was given.</summary>
    AddressDeclined,

    /// <summary>No address of the range is free.</summary>
    PoolExhausted,

    /// <summary>The subnet has no range, and nothing is reserved for it.</summary>
    NoRange,

    /// <summary>It asks from a network that is not served.</summary>
    NotServed,

    /// <summary>It is not described, and such machines are ignored.</summary>
    Ignored,

    /// <summary>It is not described; it was answered.</summary>
    Stranger,

    /// <summary>Its card is not described, and shows the identity of a machine that is.</summary>
    UndescribedCard,

    /// <summary>There is no boot program for it.</summary>
    NoProgram,

    /// <summary>What it should boot cannot be given to it; somebody has to put something right.</summary>
    Blocked,

    /// <summary>Its boot script was refused to it.</summary>
    ScriptRefused,

    /// <summary>It asked for the size of a file, or whether it is there.</summary>
    SizeAsked,

    /// <summary>It began to fetch a file.</summary>
    FileBegan,

    /// <summary>It acknowledged every byte of a file.</summary>
    FileArrived,

    /// <summary>It asked for a file that is not here.</summary>
    FileMissing,

    /// <summary>A file of the store cannot be read, or is not as it was imported.</summary>
    FileDamaged,

    /// <summary>The transfer of a file broke off.</summary>
    FileBroke,

    /// <summary>Nothing of a transfer was ever acknowledged.</summary>
    TransferUnheard,

    /// <summary>The client takes small packets, and acknowledged no block of the size that was agreed.</summary>
    BlocksLost,

    /// <summary>The kernel's command line is cut.</summary>
    CommandLineCut,

    ConfigDelivered,
    ConfigUnknownToken,
    ConfigWrongAddress,
    ConfigWrongCard,
    ConfigWrongUuid,
    ConfigAfterGrace,
    ConfigNotReleased,
    ConfigUnreadable,

    /// <summary>The system says that something is wrong, in words that <see cref="Diagnosis.TalosMessages"/> knows.</summary>
    SystemFault,

    /// <summary>The system refused its configuration.</summary>
    ConfigRefusedBySystem,

    /// <summary>A sequence or a service of the system failed.</summary>
    SystemFailed,

    /// <summary>The system restarts.</summary>
    Restarts,

    /// <summary>The system has come up.</summary>
    Ready,

    /// <summary>The daemon was restarted while the boot was under way.</summary>
    DaemonRestarted,

    /// <summary>The clock of this host was set while the boot was under way.</summary>
    ClockJumped,
}
