using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using Rackboot.Contracts.Yaml;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Daemon.Configuration;

/// <summary>Reads <c>rackboot.yaml</c>. All mistakes are found in one go.</summary>
public static class ConfigurationFile
{
    public const int MostBytes = 1024 * 1024;

    /// <summary>The configuration in <paramref name="path"/>, or every mistake in it.</summary>
    public static bool TryLoad(
        string path, [NotNullWhen(true)] out RackbootConfiguration? configuration, out IReadOnlyList<ConfigurationError> errors)
    {
        configuration = null;
        string text;
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                errors = [new ConfigurationError(
                    path, 1, "", $"larger than {MostBytes:N0} bytes; this is not a configuration of Rackboot")];
                return false;
            }

            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors = [new ConfigurationError(path, 1, "", $"cannot be read: {e.Message}; docs/configuration.md has an example")];
            return false;
        }

        return TryParse(path, text, out configuration, out errors);
    }

    /// <summary>Parses the <paramref name="text"/> of the file <paramref name="path"/>.</summary>
    public static bool TryParse(string path, string text, [NotNullWhen(true)] out RackbootConfiguration? configuration,
        out IReadOnlyList<ConfigurationError> errors)
    {
        configuration = null;
        var found = new List<ConfigurationError>();
        errors = found;
        if (Root(path, text, found) is not { } root)
            return false;
        var section = new ConfigurationSection(path, "", root, found);
        var parsed = ConfigurationReader.Read(section);
        section.ReportUnknownKeys();
        found.Sort((a, b) => a.Line.CompareTo(b.Line));
        if (found.Count > 0)
            return false;
        configuration = parsed;
        return true;
    }

    /// <summary>What on this host does not fit the configuration yet: interfaces may come later.</summary>
    public static IReadOnlyList<ConfigurationError> CheckHost(string path, RackbootConfiguration configuration)
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces().Select(i => i.Name).ToHashSet();
        return
        [
            .. configuration.Interfaces.Where(name => !interfaces.Contains(name)).Select(name =>
                new ConfigurationError(
                    path, 1, "boot.interfaces",
                    $"there is no network interface {name} on this host now, and nothing is served on it until there is; there are: "
                    + string.Join(", ", interfaces.Order()))),
        ];
    }

    private static YamlMappingNode? Root(string path, string text, List<ConfigurationError> errors)
    {
        if (!YamlText.TryLoad(text, out var stream, out var line, out var mistake))
        {
            errors.Add(new ConfigurationError(path, line, "", mistake));
            return null;
        }

        switch (stream.Documents)
        {
            case []:
                errors.Add(new ConfigurationError(path, 1, "", "is empty; docs/configuration.md has an example"));
                return null;
            case [{ RootNode: YamlMappingNode root }]:
                return root;
            case [_]:
                errors.Add(new ConfigurationError(path, 1, "", "is not a list of settings; it begins like \"boot:\" or \"subnets:\""));
                return null;
            default:
                errors.Add(new ConfigurationError(path, (int)stream.Documents[1].RootNode.Start.Line, "",
                    "a second document begins here; a configuration is one document"));
                return null;
        }
    }
}
