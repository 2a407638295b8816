namespace Rackboot.Contracts;

/// <summary>The confidence of an explanation.</summary>
public enum Confidence
{
    /// <summary>The cause was observed.</summary>
    Certain,

    /// <summary>The observations rarely have another cause.</summary>
    Likely,

    /// <summary>The cause fits the observations, but so do others.</summary>
    Possible,
}
