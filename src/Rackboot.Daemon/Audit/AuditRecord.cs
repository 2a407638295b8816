using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Daemon.Audit;

/// <summary>An entry of the audit as the store has it.</summary>
internal sealed record AuditRecord
{
    /// <summary>The hash before the first entry.</summary>
    public static readonly string Origin = new('0', 64);

    public required long Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Who { get; init; }
    public required string From { get; init; }
    public required string What { get; init; }
    public required IReadOnlyList<string> Machines { get; init; }
    public required int Result { get; init; }
    public string? Detail { get; init; }
    public required string Previous { get; init; }
    public string Hash { get; init; } = "";

    /// <summary>SHA-256 of its fields, each on a line, in this order (docs/access.md). No field has a line break.</summary>
    public string ComputeHash()
    {
        var text = string.Join('\n', Previous, Id.ToString(CultureInfo.InvariantCulture),
            Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), Who, From, What, string.Join(',', Machines),
            Result.ToString(CultureInfo.InvariantCulture), Detail ?? "");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
