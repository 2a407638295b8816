namespace Rackboot.Contracts;

/// <summary>How far an explanation is to be believed.</summary>
public enum Confidence
{
    /// <summary>It was seen.</summary>
    Certain,

    /// <summary>It follows from what was seen, and seldom from anything else.</summary>
    Likely,

    /// <summary>It fits; other things do too.</summary>
    Possible,
}
