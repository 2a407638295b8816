namespace Rackboot.Core;

public enum RefusalKind
{
    /// <summary>The request is invalid.</summary>
    Invalid,
    NotFound,

    /// <summary>It conflicts with the stored state.</summary>
    Conflict,

    /// <summary>The document changed since the operator read it.</summary>
    Changed,
}
