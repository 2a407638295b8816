using System.Text;
using System.Text.Json;

namespace Rackboot.Oci.Distribution;

/// <summary>A user name and a password of a registry.</summary>
public sealed record RegistryLogin(string User, string Password)
{
    public override string ToString() => $"{User}, password ***";

    /// <summary>The logins that <c>docker login</c>, <c>podman login</c> and <c>skopeo login</c> wrote to <paramref name="file"/>, by
    /// registry.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, RegistryLogin> ReadAll(string file)
    {
        var logins = new Dictionary<string, RegistryLogin>();
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(file));
            if (!json.RootElement.TryGetProperty("auths", out var auths))
                return logins;
            foreach (var entry in auths.EnumerateObject())
                if (entry.Value.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } encoded
                    && Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split(':', 2) is [var user, var password])
                    logins[Registry(entry.Name)] = new RegistryLogin(user, password);
            return logins;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new IOException($"{file} is not a file of registry logins from docker login", e);
        }
    }

    // Docker writes its own as https://index.docker.io/v1/.
    private static string Registry(string name)
    {
        var host = name.Replace("https://", "", StringComparison.Ordinal).Replace("http://", "", StringComparison.Ordinal).Split('/')[0];
        return host is "index.docker.io" or "registry-1.docker.io" ? ImageReference.DockerHub : host;
    }
}
