namespace Rackboot.Core.Diagnosis;

/// <summary>The confidence of a verdict.</summary>
public enum Confidence
{
    /// <summary>It was observed.</summary>
    Certain,

    /// <summary>It follows from observations, and seldom from another cause.</summary>
    Likely,

    /// <summary>One of several explanations.</summary>
    Possible,
}
