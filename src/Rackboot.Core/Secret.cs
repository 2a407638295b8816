using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Core;

/// <summary>A value that must reach only whom it is for: it never prints itself.</summary>
public sealed class Secret(ReadOnlyMemory<byte> value)
{
    public Secret(string value)
        : this(Encoding.UTF8.GetBytes(value))
    {
    }

    public int Length => value.Length;

    /// <summary>SHA-256 of the value, hexadecimal: shows only whether two are the same.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(value.Span));

    /// <summary>The value itself. The caller is responsible for its use.</summary>
    public ReadOnlyMemory<byte> Reveal() => value;

    public override string ToString() => "***";
}
