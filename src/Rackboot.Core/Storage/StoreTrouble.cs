namespace Rackboot.Core.Storage;

/// <summary>What is wrong with the store now.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Reason">What SQLite or the system says.</param>
/// <param name="File">The store's file.</param>
/// <param name="FreeBytes">On the disk of the store.</param>
public sealed record StoreTrouble(StoreFault Fault, DateTimeOffset Since, string Reason, string File, long FreeBytes)
{
    /// <summary>The failure, its consequences, and the remedy.</summary>
    public string Sentence => Fault switch
    {
        StoreFault.DiskLow => $"{Full}; leases and changes use the reserve, events and timelines are not stored; "
            + $"free space in {Directory}",
        StoreFault.DiskFull => $"{Full}; nothing is stored, changes are refused, known machines boot from memory; free space in "
            + $"{Directory}",
        StoreFault.Locked => $"another program has locked {File} since {Since:HH:mm:ss}; changes are refused, known machines boot from "
            + $"memory; find and end it: fuser -v {File}",
        StoreFault.DiskError => $"access to {File} has failed since {Since:HH:mm:ss} ({Reason}); changes are refused, known machines "
            + $"boot from memory; see the kernel's messages about the disk: journalctl -k",
        StoreFault.Silent => $"the disk of {Directory} has not answered since {Since:HH:mm:ss}; see the kernel's messages about it: "
            + $"journalctl -k",
        _ => $"{File} is damaged, detected {Since:HH:mm:ss} ({Reason}); known machines boot from memory; stop rackbootd and "
            + $"restore the file from a copy (docs/store.md)",
    };

    /// <summary>The same for a start that it stops.</summary>
    public string AtStart => Fault switch
    {
        StoreFault.Damaged => $"{File} is damaged ({Reason}): restore it from a copy, with the key of that time; first move the damaged "
            + $"file and its -wal file aside (docs/store.md)",
        StoreFault.DiskLow or StoreFault.DiskFull => $"opening {File} failed: the disk is full, {FreeBytes:N0} bytes are free; free "
            + $"space in {Directory}",
        StoreFault.Locked => $"opening {File} failed: another program has locked it; find and end it: fuser -v {File}",
        _ => $"opening {File} failed ({Reason}); check the permissions of {Directory}, and the kernel's messages: journalctl -k",
    };

    private string Full => $"the disk has been full since {Since:HH:mm:ss}, {FreeBytes:N0} bytes are free";

    private string? Directory => Path.GetDirectoryName(File);
}
