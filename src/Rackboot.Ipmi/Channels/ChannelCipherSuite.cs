using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>A cipher suite that a BMC says it has (IPMI 2.0 §22.15.1). Some BMCs name too many, or none.</summary>
/// <param name="Id">Its number of table 22-20: 17 and 3 are the ones to use; 80h and up are makers' own.</param>
/// <param name="Oem">The IANA enterprise number of a maker's own suite; else null.</param>
/// <param name="Authentication">Algorithms of table 13-17: 1 HMAC-SHA1, 2 HMAC-MD5, 3 HMAC-SHA256.</param>
/// <param name="Integrity">Algorithms of table 13-18: 1 HMAC-SHA1-96, 4 HMAC-SHA256-128.</param>
/// <param name="Confidentiality">Algorithms of table 13-19: 1 AES-CBC-128.</param>
public sealed record ChannelCipherSuite(
    byte Id, int? Oem, IReadOnlyList<byte> Authentication, IReadOnlyList<byte> Integrity, IReadOnlyList<byte> Confidentiality)
{
    private const byte StandardRecord = 0xC0;
    private const byte OemRecord = 0xC1;

    /// <summary>Reads the list as it is put together from its pieces.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out IReadOnlyList<ChannelCipherSuite>? suites, [NotNullWhen(false)] out string? error)
    {
        (suites, error) = (null, null);
        var found = new List<ChannelCipherSuite>();
        for (var at = 0; at < data.Length;)
        {
            var header = data[at] switch { StandardRecord => 2, OemRecord => 5, _ => 0 };
            if (header == 0 || at + header > data.Length)
            {
                error = header == 0
                    ? $"a cipher suite record must start with C0h or C1h, not {data[at]:X2}h"
                    : "a cipher suite record is truncated";
                return false;
            }

            var record = data[at..];
            int? oem = header == 5 ? record[2] | record[3] << 8 | record[4] << 16 : null;

            // Tags in bits 7:6 tell the algorithms apart; 11b begins the next record.
            List<byte>[] algorithms = [[], [], []];
            for (at += header; at < data.Length && data[at] < StandardRecord; at++)
                algorithms[data[at] >> 6].Add((byte)(data[at] & 0x3F));
            found.Add(new ChannelCipherSuite(record[1], oem, algorithms[0], algorithms[1], algorithms[2]));
        }

        suites = found;
        return true;
    }
}
