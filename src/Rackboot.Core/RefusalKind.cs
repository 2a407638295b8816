namespace Rackboot.Core;

public enum RefusalKind
{
    /// <summary>What was asked for makes no sense.</summary>
    Invalid,
    NotFound,

    /// <summary>It clashes with something else that is stored.</summary>
    Conflict,

    /// <summary>It changed since the operator looked.</summary>
    Changed,
}
