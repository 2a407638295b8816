namespace Rackboot.Core.Storage;

/// <summary>What can be wrong with the store, from what hurts least.</summary>
public enum StoreFault
{
    /// <summary>The disk is full but for the reserve, into which leases and changes still go.</summary>
    DiskLow,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>Reading or writing fails.</summary>
    DiskError,

    /// <summary>A write has not come back for long.</summary>
    Silent,

    /// <summary>What is in the file is no store any more, in whole or in part.</summary>
    Damaged,
}
