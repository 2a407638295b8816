using System.CommandLine;
using Rackboot.Cli.Commands;

namespace Rackboot.Cli;

/// <summary>The whole command line.</summary>
public static class RackbootCommand
{
    public static RootCommand Create()
    {
        var session = new Session();
        return Named(new RootCommand(
            """
            rackboot talks to rackbootd, the daemon that boots a rack.

            Begin with:
              rackboot get machines          what is there
              rackboot apply -f rack.yaml    say what should be
              rackboot watch                 see it happen
              rackboot explain node-01       why it does not boot
              rackboot power on --all        switch it on
              rackboot provision node-01     let it be provisioned again
              rackboot console node-01       see what it says

            Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 not found, 4 conflict, 5 the daemon is not reachable,
            6 done on some machines and failed on others, 130 interrupted.
            """)
        {
            session.Socket,
            GetCommand.Create(session),
            DescribeCommand.Create(session),
            ApplyCommand.Create(session),
            FieldsCommand.Create(),
            DiffCommand.Create(session),
            EditCommand.Create(session),
            LabelCommand.Create(session),
            AdoptCommand.Create(session),
            DeleteCommand.Create(session),
            WaitCommand.Create(session),
            ClusterCommand.Create(session),
            CloudCommand.Create(session),
            AssetCommand.Create(session),
            ConfigCommand.Create(session),
            SchematicCommand.Create(),
            MirrorCommand.Create(session),
            new Command("lease", "Address leases.\n\nExample:\n  rackboot lease list") { GetCommand.List(session, "leases") },
            new Command("boot", "Boots and their timelines.\n\nExample:\n  rackboot boot list") { GetCommand.List(session, "boots"),
                DescribeCommand.Boot(session) },
            PowerCommand.Create(session),
            ProvisionCommand.Create(session),
            AcceptCommand.Create(session),
            ConsoleCommand.Create(session),
            BmcCommand.Create(session),
            CredentialCommand.Create(session),
            WatchCommand.Create(session),
            DescribeCommand.Explain(session),
            StatusCommand.Create(session),
            SetupCommand.Create(session),
            CompletionCommand.Create(),
            ManualCommand.Create(Create),
        });
    }

    // The parser's help lists everything that completion knows as allowed for an argument without a name of its own: every machine there
    // is.
    private static T Named<T>(T command)
        where T : Command
    {
        foreach (var argument in command.Arguments)
            argument.HelpName ??= argument.Name.ToUpperInvariant();
        foreach (var below in command.Subcommands)
            Named(below);
        return command;
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments, InvocationConfiguration configuration)
    {
        // "@file" names a patch, not a file with further arguments.
        var result = Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageError.Of(result) is { } mistake)
        {
            await configuration.Error.WriteLineAsync($"rackboot: {mistake}");
            await configuration.Error.WriteLineAsync($"see: {UsageError.Path(result)} --help");
            return ExitCode.Usage;
        }

        return await result.InvokeAsync(configuration);
    }
}
