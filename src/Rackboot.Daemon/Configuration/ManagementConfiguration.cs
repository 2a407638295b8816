using System.Net;

namespace Rackboot.Daemon.Configuration;

/// <summary>The settings of the management API on the network.</summary>
internal static class ManagementConfiguration
{
    public static HttpsSettings? Https(ConfigurationSection management)
    {
        var https = management.Section("https", "The management API on the network, with TLS (docs/access.md). Off without `listen`.");
        var listen = EndPoint(https, "listen", "Address and TCP port. 0.0.0.0 is every IPv4 address of this host.", "0.0.0.0:8443");
        var certificate = File(https, "certificate",
            "PEM file of the certificate and those above it. Without it the appliance makes its own. A changed file takes effect at once.");
        var key = File(https, "key", "PEM file of the certificate's private key.");
        if (certificate is null != key is null)
            https.Error(certificate is null ? "certificate" : "key", "is missing: certificate and key go together");
        if (listen is null && certificate is not null)
            https.Error("listen", "is missing: say where the API listens, like 0.0.0.0:8443");
        return listen is null ? null : new HttpsSettings(listen, certificate, key);
    }

    private static IPEndPoint? EndPoint(ConfigurationSection section, string key, string says, string example)
    {
        if (section.Text(key, says, $"an address and a port, like {example}") is not { } text)
            return null;
        if (IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port > 0 && text.Contains(':', StringComparison.Ordinal))
            return endPoint;
        section.Error(key, $"\"{text}\" is not an address and a port; write it like {example} or [::]:8443");
        return null;
    }

    private static string? File(ConfigurationSection section, string key, string says)
    {
        var path = section.Text(key, says, "an absolute path");
        if (path is not null && !path.StartsWith('/'))
            section.Error(key, $"\"{path}\" is not an absolute path");
        return path;
    }
}
