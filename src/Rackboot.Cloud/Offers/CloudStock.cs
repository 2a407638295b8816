namespace Rackboot.Cloud;

/// <summary>Whether something can be had.</summary>
public enum CloudStock
{
    /// <summary>The provider does not say.</summary>
    Unknown,
    Out,
    Low,
    In,
}
