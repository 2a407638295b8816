using System.Text;

namespace Rackboot.EndToEnd.Clusters;

/// <summary>The keys of a talosconfig or a kubeconfig as files for curl.</summary>
internal static class ClientFile
{
    /// <summary>Saves the values of three fields, base64 of PEM each.</summary>
    /// <returns>Options for curl.</returns>
    public static async Task<string[]> SaveAsync(string directory, string config, string authority, string certificate, string key)
    {
        var options = new List<string>();
        foreach (var (option, field) in new[] { ("--cacert", authority), ("--cert", certificate), ("--key", key) })
        {
            var line = config.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith($"{field}: ", StringComparison.Ordinal));
            var file = Path.Combine(directory, $"{field}.pem");
            var content = Convert.FromBase64String(line[(field.Length + 2)..].Trim('"', '\''));
            await File.WriteAllTextAsync(file, Encoding.ASCII.GetString(content));
            options.AddRange([option, file]);
        }

        return [.. options];
    }
}
