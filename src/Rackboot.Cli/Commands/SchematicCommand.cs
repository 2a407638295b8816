using System.CommandLine;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot schematic</c>: the contents of a Talos image, without a daemon or a network.</summary>
public static class SchematicCommand
{
    public static Command Create() =>
        new("schematic", "Schematics of the Image Factory: the extensions and kernel arguments of a Talos image.\n\nExample:\n  "
        + "rackboot schematic id -f schematic.yaml") { Id() };

    private static Command Id()
    {
        var file = new Option<string>("--filename", "-f")
        {
            Description = "The schematic file, as for the Image Factory; - for standard input.",
            HelpName = "FILE",
            Required = true,
        };
        var canonical = new Option<bool>("--canonical") { Description = "Print the canonical text; the id is its SHA-256." };
        var command = new Command("id",
            """
            Compute the id of a schematic. Needs neither the daemon nor a network.

            Examples:
              rackboot schematic id -f schematic.yaml
              echo 'customization: { extraKernelArgs: [console=ttyS0] }' |
              rackboot schematic id -f -
            """) { file, canonical };
        command.SetAction(async (result, cancel) =>
        {
            var console = result.InvocationConfiguration;
            if (await ReadAsync(result.GetValue(file)!, console.Error, cancel) is not { } schematic)
                return ExitCode.Usage;
            console.Output.Write(result.GetValue(canonical) ? schematic.ToCanonicalText() : schematic.Id + "\n");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>The schematic in a file; null, with the errors printed, if it is invalid.</summary>
    internal static async Task<Schematic?> ReadAsync(string path, TextWriter error, CancellationToken cancel)
    {
        try
        {
            var text = path == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(path, cancel);
            if (Schematic.TryParse(text, out var schematic, out var mistakes))
                return schematic;
            foreach (var mistake in mistakes)
                error.WriteLine($"{(path == "-" ? "stdin" : path)}:{mistake.Line}: "
                    + $"{(mistake.Path.Length == 0 ? "" : mistake.Path + ": ")}{mistake.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path}: cannot be read: {e.Message}");
        }

        return null;
    }
}
