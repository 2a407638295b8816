using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>
/// The answer to Get System GUID (IPMI 2.0 §22.14): 16 bytes whose order nobody agrees on. By IPMI (§20.8) all fields come least
/// significant byte first; many BMCs send what SMBIOS has (the first three fields least significant byte first), others plain RFC 4122.
/// Compare with <see cref="Matches"/>, and show <see cref="Likely"/>.
/// </summary>
public sealed class SystemGuid : IEquatable<SystemGuid>
{
    private readonly byte[] _bytes;

    private SystemGuid(ReadOnlySpan<byte> data) => _bytes = data.ToArray();

    /// <summary>The 16 bytes as they came.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Read as IPMI has it: everything reversed.</summary>
    public Guid AsIpmi
    {
        get
        {
            Span<byte> reversed = stackalloc byte[16];
            _bytes.CopyTo(reversed);
            reversed.Reverse();
            return new Guid(reversed, bigEndian: true);
        }
    }

    /// <summary>Read as SMBIOS 2.6 and later has it (SMBIOS §7.2.1): what dmidecode and firmware show.</summary>
    public Guid AsSmbios => new(_bytes, bigEndian: false);

    /// <summary>Read as RFC 4122 has it: most significant byte first.</summary>
    public Guid AsRfc4122 => new(_bytes, bigEndian: true);

    /// <summary>
    /// The reading in which version and variant of the UUID make most sense (RFC 4122 §4.1), SMBIOS before the others where several do;
    /// SMBIOS too where none does, for that is what the machine's own firmware shows. A guess: compare with <see cref="Matches"/>.
    /// </summary>
    public Guid Likely
    {
        get
        {
            var best = AsSmbios;
            if (Sense(AsRfc4122) > Sense(best))
                best = AsRfc4122;
            return Sense(AsIpmi) > Sense(best) ? AsIpmi : best;
        }
    }

    /// <summary>All bytes 00h or FFh: the BMC was never told its machine's UUID.</summary>
    public bool IdentifiesNothing => !_bytes.AsSpan().ContainsAnyExcept((byte)0) || !_bytes.AsSpan().ContainsAnyExcept((byte)0xFF);

    /// <summary>Whether a machine that shows this UUID elsewhere (SMBIOS, DHCP option 97, Redfish) can be this one, in any of the byte
    /// orders.</summary>
    public bool Matches(Guid uuid) => !IdentifiesNothing && (uuid == AsSmbios || uuid == AsRfc4122 || uuid == AsIpmi);

    public bool Equals(SystemGuid? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => Equals(obj as SystemGuid);

    public override int GetHashCode() =>
        BinaryPrimitives.ReadInt32LittleEndian(_bytes) ^ BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(12));

    public override string ToString() => Likely.ToString();

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SystemGuid? guid, [NotNullWhen(false)] out string? error)
    {
        (guid, error) = data.Length >= 16
            ? (new SystemGuid(data[..16]), (string?)null)
            : (null, $"a GUID needs 16 bytes, got {data.Length}");
        return guid is not null;
    }

    // RFC 4122 §4.1.1 and §4.1.3: variant 10b, version 1 to 5, of which makers of machines use the first (by time) and the fourth (random).
    private static int Sense(Guid guid) => guid.Variant is < 8 or > 11 ? 0 : guid.Version switch { 1 or 4 => 2, 2 or 3 or 5 => 1, _ => 0 };
}
