namespace Rackboot.Core.Storage;

/// <summary>What is wrong with the store now.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Reason">What SQLite or the system says.</param>
/// <param name="File">The store's file.</param>
/// <param name="FreeBytes">On the disk of the store.</param>
public sealed record StoreTrouble(StoreFault Fault, DateTimeOffset Since, string Reason, string File, long FreeBytes)
{
    /// <summary>What happened, what that means, and what mends it.</summary>
    public string Sentence => Fault switch
    {
        StoreFault.DiskLow => $"{Full}; leases and changes go into the reserve, what is only seen (events, timelines) is not stored; "
            + $"free space in {Directory}",
        StoreFault.DiskFull => $"{Full}; nothing is stored, changes are refused, machines that are known boot from memory; free space in "
            + $"{Directory}",
        StoreFault.DiskError => $"{File} cannot be read or written since {Since:HH:mm:ss} ({Reason}); changes are refused, machines that "
            + $"are known boot from memory; see what the kernel says of the disk: journalctl -k",
        StoreFault.Silent => $"the disk of {Directory} has not answered since {Since:HH:mm:ss}; see what the kernel says of it: "
            + $"journalctl -k",
        _ => $"{File} is damaged, found {Since:HH:mm:ss} ({Reason}); machines that are known boot from memory; stop rackbootd and "
            + $"restore the file from a copy (docs/store.md)",
    };

    /// <summary>The same for a start that it stops.</summary>
    public string AtStart => Fault switch
    {
        StoreFault.Damaged => $"{File} is damaged ({Reason}): restore it from a copy, together with the key of that time; the damaged "
            + $"file is best moved aside with its -wal file first (docs/store.md)",
        StoreFault.DiskLow or StoreFault.DiskFull => $"{File} cannot be opened: the disk is full, {FreeBytes:N0} bytes are free; free "
            + $"space in {Directory}",
        _ => $"{File} cannot be opened ({Reason}); see who may read {Directory}, and what the kernel says of the disk: journalctl -k",
    };

    private string Full => $"the disk is full since {Since:HH:mm:ss}, {FreeBytes:N0} bytes are free";

    private string? Directory => Path.GetDirectoryName(File);
}
