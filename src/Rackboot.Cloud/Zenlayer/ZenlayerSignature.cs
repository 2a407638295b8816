using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Cloud.Zenlayer;

/// <summary>ZC2-HMAC-SHA256 as zenlayercloud-sdk-go signs (common/client.go, signRequest): one hash with the secret itself, over a
/// canonical request whose
/// path is always a slash.</summary>
internal static class ZenlayerSignature
{
    public const string Method = "ZC2-HMAC-SHA256";
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>The value of the header Authorization.</summary>
    public static string Authorization(string keyId, string secret, string host, long timestamp, ReadOnlySpan<byte> body)
    {
        var canonical = $"POST\n/\n\ncontent-type:{ContentType}\nhost:{host}\n\ncontent-type;host\n{Hash(body)}";
        var text = string.Create(CultureInfo.InvariantCulture, $"{Method}\n{timestamp}\n{Hash(Encoding.UTF8.GetBytes(canonical))}");
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
        return $"{Method} Credential={keyId}, SignedHeaders=content-type;host, Signature={signature}";
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
