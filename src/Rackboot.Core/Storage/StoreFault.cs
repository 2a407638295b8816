namespace Rackboot.Core.Storage;

/// <summary>The store's faults, the least severe first.</summary>
public enum StoreFault
{
    /// <summary>The disk is full except for the reserve, which still accepts leases and changes.</summary>
    DiskLow,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>Another program keeps the file locked.</summary>
    Locked,

    /// <summary>Reading or writing fails.</summary>
    DiskError,

    /// <summary>A write has not completed for a long time.</summary>
    Silent,

    /// <summary>The file's content is damaged, in whole or in part.</summary>
    Damaged,
}
