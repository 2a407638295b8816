using System.CommandLine;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot completion</c>: shell completion scripts.</summary>
public static class CompletionCommand
{
    private const string Bash =
        """
        _rackboot() {
            local IFS=$'\n'
            local words=$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)
            COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _rackboot rackboot
        """;

    private const string Zsh =
        """
        #compdef rackboot
        _rackboot() {
            local words_found=("${(@f)$(${words[1]} "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            compadd -- $words_found
        }
        compdef _rackboot rackboot
        """;

    private const string Fish =
        """
        complete -f -c rackboot -a '(rackboot "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.Among("bash", "zsh", "fish");
        var command = new Command("completion",
            """
            Print a shell completion script: it completes commands, options and names.

            Examples:
              source <(rackboot completion bash)
              rackboot completion bash > /etc/bash_completion.d/rackboot
            """) { shell };
        command.SetAction(result => result.InvocationConfiguration.Output.WriteLine(
            result.GetValue(shell) switch { "zsh" => Zsh, "fish" => Fish, _ => Bash }));
        return command;
    }
}
