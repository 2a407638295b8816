using System.Diagnostics.CodeAnalysis;
using Rackboot.Contracts.Yaml;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Daemon.Configuration;

/// <summary>Reads <c>rackboot.yaml</c>. It reports all errors together.</summary>
public static class ConfigurationFile
{
    public const int MostBytes = 1024 * 1024;

    /// <summary>The configuration in <paramref name="path"/>, or every error in it.</summary>
    public static bool TryLoad(string path, [NotNullWhen(true)] out RackbootConfiguration? configuration,
        out IReadOnlyList<ConfigurationError> errors)
    {
        configuration = null;
        return TryReadText(path, out var text, out errors) && TryParse(path, text, out configuration, out errors);
    }

    /// <summary>Parses the <paramref name="text"/> of the file <paramref name="path"/>.</summary>
    public static bool TryParse(
        string path, string text, [NotNullWhen(true)] out RackbootConfiguration? configuration,
            out IReadOnlyList<ConfigurationError> errors)
    {
        configuration = Parse(path, text, out errors);
        if (errors.Count > 0)
            configuration = null;
        return configuration is not null;
    }

    /// <summary>All errors of the file <paramref name="path"/> and, as far as the file is readable, of this host, in one
    /// pass.</summary>
    public static ConfigurationCheck Check(string path)
    {
        if (!TryReadText(path, out var text, out var errors) || Parse(path, text, out errors) is not { } configuration)
            return new ConfigurationCheck(errors, []);
        var host = HostCheck.Of(path, configuration);
        return new ConfigurationCheck(
            [.. errors.Concat(host.Errors).OrderBy(e => e.Line)],
            [.. ConfigurationWarnings.Of(path, configuration).Concat(host.Warnings).OrderBy(w => w.Line)]);
    }

    /// <summary>Every setting that a file may have.</summary>
    public static IReadOnlyCollection<Setting> Settings()
    {
        var notes = new ConfigurationNotes("");
        var subnets = new YamlMappingNode { { "subnets", new YamlSequenceNode(new YamlMappingNode()) } };
        ConfigurationReader.Read(new ConfigurationSection("", subnets, notes));
        return notes.Settings;
    }

    // The readable part, despite errors; null if it is not a configuration at all.
    private static RackbootConfiguration? Parse(string path, string text, out IReadOnlyList<ConfigurationError> errors)
    {
        var notes = new ConfigurationNotes(path);
        errors = notes.Errors;
        if (Root(path, text, notes.Errors) is not { } root)
            return null;
        var section = new ConfigurationSection("", root, notes);
        var parsed = ConfigurationReader.Read(section);
        section.ReportUnknownKeys();
        notes.Errors.Sort((a, b) => a.Line.CompareTo(b.Line));
        return parsed with { Lines = notes.Lines, File = path };
    }

    private static bool TryReadText(string path, [NotNullWhen(true)] out string? text, out IReadOnlyList<ConfigurationError> errors)
    {
        (text, errors) = (null, []);
        try
        {
            if (new FileInfo(path).Length > MostBytes)
                errors = [new ConfigurationError(path, 1, "",
                    $"larger than {MostBytes:N0} bytes; this is not a Rackboot configuration")];
            else
                text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors = [new ConfigurationError(path, 1, "", $"reading it failed: {e.Message}; see the example in docs/configuration.md")];
        }

        return text is not null;
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
                errors.Add(new ConfigurationError(path, 1, "", "is empty; see the example in docs/configuration.md"));
                return null;
            case [{ RootNode: YamlMappingNode root }]:
                return root;
            case [_]:
                errors.Add(new ConfigurationError(path, 1, "", "is not a list of settings; start it with \"boot:\" or \"subnets:\""));
                return null;
            default:
                errors.Add(new ConfigurationError(path, (int)stream.Documents[1].RootNode.Start.Line, "",
                    "a second document begins here; a configuration is a single document"));
                return null;
        }
    }
}
