using System.CommandLine;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Cli.Commands;

/// <summary>The options that decide which configurations are valid.</summary>
public sealed class ConfigOptions
{
    public Option<string?> Version { get; } = new("--talos-version")
    {
        Description = "The Talos release to check for, v1.11 to v1.14. Default: a field of any of these releases is valid.",
        HelpName = "VERSION",
    };

    public Option<string> Mode { get; } = new("--mode")
    {
        Description = "Where the machine runs: metal, cloud or container.",
        DefaultValueFactory = _ => "metal",
        HelpName = "MODE"
    };

    public Option<string[]> Schemas { get; } = new("--schema")
    {
        Description = "The JSON schema of a newer Talos; its document kinds are valid too.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    public ConfigOptions() => Mode.Among("metal", "cloud", "container");

    /// <summary>The parsed options; null, with the error printed, if they are invalid.</summary>
    public async Task<ConfigurationOptions?> ReadAsync(ParseResult result, TextWriter error, CancellationToken cancel)
    {
        TalosRelease? release = null;
        if (result.GetValue(Version) is { } version)
        {
            if (!TalosRelease.TryParse(version, out var parsed) || parsed < TalosRelease.Oldest)
            {
                error.WriteLine(
                    $"rackboot: --talos-version {version}: give a release like v1.13.9, no older than v{TalosRelease.Oldest}");
                return null;
            }

            release = parsed;
        }

        var table = FieldTable.Default;
        foreach (var path in result.GetValue(Schemas) ?? [])
        {
            if (await ConfigFiles.ReadAsync(path, error, cancel) is not { } text)
                return null;
            if (!SchemaReader.TryRead(text, out var kinds, out var reason))
            {
                error.WriteLine($"{path}: {reason}");
                return null;
            }

            table = table.With(kinds);
        }

        var mode = result.GetResult(Mode) is null ? RuntimeMode.Metal : Enum.Parse<RuntimeMode>(result.GetValue(Mode)!, ignoreCase: true);
        return new ConfigurationOptions { Release = release, Table = table, Mode = mode };
    }
}
