namespace Rackboot.Talos.Events;

/// <summary>What happened to a sequence.</summary>
public enum SequenceChange
{
    Began,

    /// <summary>It is over, well or not.</summary>
    Ended,

    /// <summary>It failed, or another took its place.</summary>
    Failed,

    /// <summary>It did not begin, because another runs.</summary>
    Locked,

    /// <summary>Nothing, or something that this library does not know.</summary>
    None,
}
