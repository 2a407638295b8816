namespace Rackboot.Talos.Events;

/// <summary>What happened to a sequence.</summary>
public enum SequenceChange
{
    Began,

    /// <summary>It ended, successfully or not.</summary>
    Ended,

    /// <summary>It failed, or another one replaced it.</summary>
    Failed,

    /// <summary>It did not start because another is running.</summary>
    Locked,

    /// <summary>No change, or an unknown one.</summary>
    None,
}
