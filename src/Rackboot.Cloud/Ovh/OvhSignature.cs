using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Cloud.Ovh;

/// <summary>How a request to OVHcloud is signed (go-ovh, ovh/ovh.go): SHA-1 over both secrets, the request and the server's time.</summary>
internal static class OvhSignature
{
    // The protocol has SHA-1, and no other.
#pragma warning disable CA5350
    public static string Of(string applicationSecret, string consumerKey, string method, string url, string body, long timestamp) =>
        "$1$" + Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{applicationSecret}+{consumerKey}+{method}+{url}+{body}+{timestamp}"))));
#pragma warning restore CA5350
}
