using System.CommandLine;
using System.CommandLine.Completions;
using Rackboot.Cli.Output;
using Rackboot.Cli.Reference;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot fields</c>: shows the fields of documents, without a daemon.</summary>
public static class FieldsCommand
{
    public static Command Create()
    {
        var path = new Argument<string?>("path")
        {
            Description = "A kind, or a field of it: machine, machine.bmc, cluster.installDisk.size.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        path.CompletionSources.Add(_ => DocumentForm.Kinds.Keys.Select(k => new CompletionItem(k.ToLowerInvariant())));
        var all = new Option<bool>("--recursive") { Description = "List every field below it, one line each." };
        var command = new Command("fields",
            """
            Show the fields of documents for rackboot apply; compare kubectl explain. Needs no daemon.

            Examples:
              rackboot fields                      list the kinds
              rackboot fields machine              show the fields of a machine
              rackboot fields machine.bmc.driver   show one field
              rackboot fields cluster --recursive  list all fields, one line each

            For the settings of the daemon's configuration: rackbootd --settings. docs/reference has both as pages.
            """) { path, all };
        command.SetAction(result =>
        {
            var (output, error) = (result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
            if (result.GetValue(path) is not { } wanted)
            {
                foreach (var kind in DocumentForm.Kinds.Keys)
                    output.WriteLine($"{kind,-12}{DocumentField.Of(kind).Says}");
                return ExitCode.Ok;
            }

            var parts = wanted.Split('.', 2);
            if (KindOf(parts[0]) is not { } found)
                return Unknown(error,
                    $"there is no kind {Printable.Of(parts[0])}; "
                        + $"{Spelling.Hint(parts[0], DocumentForm.Kinds.Keys.Select(k => k.ToLowerInvariant()))}");
            var field = DocumentField.Of(found);
            foreach (var name in parts.Length == 1 ? [] : parts[1].Split('.'))
            {
                if (field.Members.FirstOrDefault(m => m.Name == name.Replace("[]", "", StringComparison.Ordinal)) is not { } member)
                    return Unknown(error, $"{found}{(field.Path.Length == 0 ? "" : "." + field.Path)} has no field {Printable.Of(name)}; "
                        + (field.Members.Count == 0 ? "it is a plain value" : Spelling.Hint(name, field.Members.Select(m => m.Name))));
                field = member;
            }

            if (result.GetValue(all))
                FieldText.WriteAll(output, field);
            else
                FieldText.Write(output, found, field);
            return ExitCode.Ok;
        });
        return command;
    }

    private static int Unknown(TextWriter error, string what)
    {
        error.WriteLine($"rackboot: {what}");
        return ExitCode.Usage;
    }

    // machine, Machine, machines.
    private static string? KindOf(string word) =>
        DocumentForm.Kinds.Keys.FirstOrDefault(k => k.Equals(word, StringComparison.OrdinalIgnoreCase)
            || $"{k}s".Equals(word, StringComparison.OrdinalIgnoreCase));
}
