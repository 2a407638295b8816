using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Validation;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot config</c>: Talos machine configurations, checked and patched locally, without the daemon.</summary>
public static class ConfigCommand
{
    public static Command Create(Session session) => new("config",
        """
        Check, patch and compare Talos machine configurations. validate and patch work without the daemon.

        Examples:
          rackboot config validate -f controlplane.yaml
          rackboot config patch -f base.yaml --patch node-01.yaml > node-01-full.yaml
          rackboot config diff node-01
        """) { Validate(), Patch(), Render(session), ConfigDiff.Create(session) };

    private static Command Render(Session session)
    {
        var machine = Target.Machine(session, "A machine of a cluster.");
        var secrets = new Option<bool>("--show-secrets") { Description = "Include keys, tokens and passwords." };
        var command = new Command("render",
            """
            Print the configuration that the daemon would give a machine of a cluster now. Omits keys, tokens and passwords
            without --show-secrets.

            Examples:
              rackboot config render node-01
              rackboot config render node-01 --show-secrets > node-01.yaml
            """) { machine, secrets };
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            var rendered = await client.RenderAsync(result.GetValue(machine)!, result.GetValue(secrets), cancel);
            foreach (var mistake in rendered.Mistakes)
                error.WriteLine(Printable.Of(mistake));
            foreach (var warning in rendered.Warnings)
                error.WriteLine(Printable.Of($"warning: {warning}"));
            if (rendered.Content is null)
                return ExitCode.Usage;
            output.Write(rendered.Content);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Validate()
    {
        var files = new Option<string[]>("--filename", "-f")
        {
            Description = "A configuration, or - for standard input. Repeatable.",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var options = new ConfigOptions();
        var strict = new Option<bool>("--strict") { Description = "Treat warnings of the v1alpha1 document as errors, as talosctl does." };
        var command = new Command("validate",
            """
            Check machine configurations as Talos does: unknown fields, wrong types, missing fields, and rules between fields.
            Reports all errors, with file, line, document and path. Never shows values of keys and tokens.
            The exit code is 0 if all files are valid, else 2.

            Examples:
              rackboot config validate -f controlplane.yaml -f worker.yaml
              rackboot config validate -f node.yaml --talos-version v1.12.4
              rackboot config validate -f node.yaml --schema talos-1.15.schema.json
            """) { files, options.Version, options.Mode, strict, options.Schemas };
        command.SetAction(async (result, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (await options.ReadAsync(result, error, cancel) is not { } read)
                return ExitCode.Usage;
            var valid = true;
            foreach (var file in result.GetValue(files)!)
            {
                if (await ConfigFiles.ReadAsync(file, error, cancel) is not { } text)
                {
                    valid = false;
                    continue;
                }

                var mistakes = ConfigurationValidator.Validate(text, read with { Strict = result.GetValue(strict) });
                ConfigFiles.Print(mistakes, file, error);
                valid &= mistakes.All(m => m.IsWarning);
                if (mistakes.All(m => m.IsWarning))
                    output.WriteLine($"{file}: valid");
            }

            return valid ? ExitCode.Ok : ExitCode.Usage;
        });
        return command;
    }

    private static Command Patch()
    {
        var file = new Option<string>("--filename", "-f")
        {
            Description = "The configuration to patch, or - for standard input.",
            HelpName = "FILE",
            Required = true
        };
        var patches = new Option<string[]>("--patch", "-p")
        {
            Description = "A file, @file, or the patch itself. Repeatable; applied in the order given.",
            HelpName = "FILE|YAML|JSON",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        var options = new ConfigOptions();
        var command = new Command("patch",
            """
            Print a machine configuration with patches applied, as Talos merges them. A patch is a partial configuration (strategic
            merge: mappings merge, lists append, "$patch: delete" deletes) or a JSON patch (RFC 6902, for a configuration of one
            document). On an error it prints only the error, and the exit code is 2. Does not check the result for missing fields:
            use rackboot config validate.

            Examples:
              rackboot config patch -f base.yaml --patch cluster.yaml --patch node-01.yaml
              rackboot config patch -f base.yaml \
                --patch '{"machine": {"network": {"hostname": "node-01"}}}'
              rackboot config patch -f base.yaml \
                --patch '[{"op": "remove", "path": "/machine/sysctls"}]'
            """) { file, patches, options.Version, options.Schemas };
        command.SetAction(async (result, cancel) =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (await options.ReadAsync(result, error, cancel) is not { } read
                || await ConfigFiles.ReadAsync(result.GetValue(file)!, error, cancel) is not { } text)
                return ExitCode.Usage;
            var mistakes = new List<ConfigurationMistake>();
            if (await ReadPatchesAsync(result.GetValue(patches)!, read, mistakes, error, cancel) is not { } list)
                return ExitCode.Usage;
            var patched = mistakes.Count == 0 ? ConfigurationPatcher.Apply(text, list, read, mistakes) : null;
            ConfigFiles.Print(mistakes, result.GetValue(file)!, error);
            if (patched is null)
                return ExitCode.Usage;
            output.Write(patched);
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<List<ConfigurationPatch>?> ReadPatchesAsync(
        string[] arguments, ConfigurationOptions options, List<ConfigurationMistake> mistakes, TextWriter error, CancellationToken cancel)
    {
        var list = new List<ConfigurationPatch>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var inline = ConfigurationPatch.IsInline(argument);
            var path = argument.StartsWith('@') ? argument[1..] : argument;
            if ((inline ? argument : await ConfigFiles.ReadAsync(path, error, cancel)) is not { } text)
                return null;
            if (ConfigurationPatch.Read(text, inline ? $"--patch {i + 1}" : path, options, mistakes) is { } patch)
                list.Add(patch);
        }

        return list;
    }
}
