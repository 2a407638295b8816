using System.Buffers.Binary;

namespace Rackboot.Core.Machines;

/// <summary>An SMBIOS UUID as an identity. Firmware writes the first three fields in either byte order, so that one board shows two UUIDs;
/// both are the same here.</summary>
public static class SystemUuid
{
    // Seen on every board of a series: such a UUID identifies nothing.
    private static readonly HashSet<Guid> Meaningless =
    [
        Guid.Parse("03000200-0400-0500-0006-000700080009"),
        Guid.Parse("00020003-0004-0005-0006-000700080009"),
        Guid.Parse("12345678-1234-5678-90ab-cddeefaabbcc"),
        Guid.Parse("11111111-2222-3333-4444-555555555555"),
    ];

    /// <summary>One value for both byte orders of <paramref name="uuid"/>; null if it identifies nothing.</summary>
    public static Guid? Canonical(Guid? uuid)
    {
        if (uuid is not { } value)
            return null;
        var swapped = Swap(value);
        return IsOneByte(value) || Meaningless.Contains(value) || Meaningless.Contains(swapped) ? null
            : value.CompareTo(swapped) <= 0 ? value : swapped;
    }

    // A memory that was never written, whatever it was filled with: 00h, FFh, FEh, and 44h in a boot ROM of the Raspberry Pi.
    private static bool IsOneByte(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes);
        return !bytes.ContainsAnyExcept(bytes[0]);
    }

    /// <summary>The same 16 bytes with the first three fields in the other byte order.</summary>
    public static Guid Swap(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[4..], BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]));
        return new Guid(bytes);
    }
}
