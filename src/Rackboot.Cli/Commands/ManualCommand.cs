using System.CommandLine;
using System.CommandLine.Help;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot manual</c>: prints every command with its options as Markdown; the packages make rackboot(1) from it.</summary>
public static class ManualCommand
{
    public static Command Create(Func<RootCommand> root)
    {
        const string description = "Print this whole reference as Markdown.\n\nExample:\n  rackboot manual | go-md2man > rackboot.1";
        var command = new Command("manual", description) { Hidden = true };
        command.SetAction(result => Write(root(), result.InvocationConfiguration.Output));
        return command;
    }

    private static void Write(RootCommand root, TextWriter output)
    {
        output.WriteLine("# NAME\n\nrackboot - talk to rackbootd, the daemon that boots a rack\n");
        output.WriteLine("# SYNOPSIS\n\n**rackboot** *COMMAND* [*OPTIONS*]\n");
        output.WriteLine($"# DESCRIPTION\n\n{Text(root.Description)}\n");
        Options(root, output);
        output.WriteLine("# COMMANDS\n");
        foreach (var command in root.Subcommands.Where(c => !c.Hidden).OrderBy(c => c.Name, StringComparer.Ordinal))
            Write(command, "rackboot", output);
        output.WriteLine("# SEE ALSO\n\n**rackbootd**(8), **rackboot.yaml**(5)");
    }

    private static void Write(Command command, string parent, TextWriter output)
    {
        var path = $"{parent} {command.Name}";
        var arguments = string.Concat(command.Arguments.Where(a => !a.Hidden).Select(a => $" *{Word(a)}*"));
        output.WriteLine($"## {path}{arguments}\n\n{Text(command.Description)}\n");
        foreach (var argument in command.Arguments.Where(a => !a.Hidden && !string.IsNullOrEmpty(a.Description)))
            output.WriteLine($"*{Word(argument)}*\n: {Line(argument.Description)}\n");
        Options(command, output);
        foreach (var inner in command.Subcommands.Where(c => !c.Hidden).OrderBy(c => c.Name, StringComparer.Ordinal))
            Write(inner, path, output);
    }

    private static void Options(Command command, TextWriter output)
    {
        foreach (var option in command.Options.Where(o => !o.Hidden && o is not HelpOption and not VersionOption))
        {
            var names = string.Join(", ", option.Aliases.Prepend(option.Name).Select(n => $"**{n}**"));
            var value = option.ValueType == typeof(bool) ? "" : $" *{option.HelpName ?? "VALUE"}*";
            output.WriteLine($"{names}{value}\n: {Line(option.Description)}\n");
        }
    }

    private static string Word(Argument argument) => (argument.HelpName ?? argument.Name).ToUpperInvariant();

    private static string Line(string? text) => Escape((text ?? "").ReplaceLineEndings(" "));

    // Indented lines are commands or documents: they stay code.
    private static string Text(string? text)
    {
        var paragraphs = (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(line =>
            line.StartsWith("  ", StringComparison.Ordinal) ? "    " + line : line.EndsWith(':') ? Escape(line) + "\n" : Escape(line));
        return string.Join('\n', paragraphs);
    }

    private static string Escape(string text) =>
        string.Concat(text.Select(c => c is '*' or '_' or '<' or '>' or '`' or '[' or ']' ? $"\\{c}" : c.ToString()));
}
