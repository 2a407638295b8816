using System.Net;

namespace Rackboot.Daemon.Configuration;

/// <summary>The listener from which servers at providers fetch their configurations.</summary>
/// <param name="Url">As servers reach it.</param>
/// <param name="Certificate">A PEM file: the certificate, and those between it and its authority.</param>
/// <param name="Key">A PEM file.</param>
public sealed record HandoutSettings(IPEndPoint Listen, Uri Url, string Certificate, string Key);

/// <summary>Reads <c>clouds.handout</c>.</summary>
internal static class HandoutConfiguration
{
    public static HandoutSettings? Read(ConfigurationSection handout)
    {
        var listen = handout.Text("listen", "Address and port to listen on. Without it nothing is handed out.",
            "an address and a port, like 0.0.0.0:8443");
        var url = handout.Text("url", "How servers reach it, with a name that the certificate is for.",
            "an https URL, like https://boot.example.net:8443");
        var certificate = handout.FilePath("certificate",
            "PEM file of the certificate, with those between it and an authority that Talos knows. "
            + "A changed file is read again.");
        var key = handout.FilePath("key", "PEM file of the certificate's private key.");
        if (listen is null && url is null && certificate is null && key is null)
            return null;
        if (!IPEndPoint.TryParse(listen ?? "", out var at) || at.Port == 0)
            handout.Error("listen", $"\"{listen}\" is not an address and a port, like 0.0.0.0:8443");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme != "https" || address.AbsolutePath != "/"
            || address.Query.Length > 0 || address.UserInfo.Length > 0)
            handout.Error("url", $"\"{url}\" is not an https URL without a path, like https://boot.example.net:8443");
        foreach (var (name, path) in (ReadOnlySpan<(string, string?)>)[("certificate", certificate), ("key", key)])
            if (path is null)
                handout.Error(name, "\"\" is not an absolute path");
        return at is null || address is null || certificate is null || key is null ? null
            : new HandoutSettings(at, address, certificate, key);
    }
}
