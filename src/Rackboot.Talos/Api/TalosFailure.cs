namespace Rackboot.Talos.Api;

/// <summary>Why a call of the Talos API failed: what a caller does next depends on it and on nothing else.</summary>
public enum TalosFailure
{
    /// <summary>No connection, or it broke: the machine is off, starting, or another network is in between. Try again.</summary>
    Unreachable,

    /// <summary>The other side is not the node that it should be, or it does not take our certificate.</summary>
    Untrusted,

    /// <summary>Not possible now: the node waits for something or is busy with it. Try again.</summary>
    NotReady,

    /// <summary>What was asked for has already happened.</summary>
    AlreadyDone,

    /// <summary>There is no such thing; of a resource: not yet.</summary>
    NotFound,

    /// <summary>The role of our certificate does not allow it, or the node does not in its present mode.</summary>
    PermissionDenied,

    /// <summary>This release of Talos does not have the call, or not in its present mode, or not on a machine of this type.</summary>
    Unsupported,

    /// <summary>What was sent is wrong: a configuration that does not validate, a disk that is not there.</summary>
    Refused,

    /// <summary>No answer within the time allowed. The call may have taken effect.</summary>
    TimedOut,

    /// <summary>What answers does not speak gRPC, or breaks it.</summary>
    BadAnswer,

    /// <summary>The node tried and failed.</summary>
    Failed,
}
