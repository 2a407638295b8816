using System.CommandLine;
using System.CommandLine.Help;
using Rackboot.Cli.Commands;
using Rackboot.Cli.Contexts;

namespace Rackboot.Cli;

/// <summary>The whole command line.</summary>
public static class RackbootCommand
{
    public static RootCommand Create()
    {
        var session = new Session();
        return WithHelp(Named(new RootCommand(
            """
            rackboot talks to rackbootd, the daemon that boots a rack.

            Start here:
              rackboot get machines          list the machines
              rackboot apply -f rack.yaml    describe machines, profiles and clusters
              rackboot watch                 follow events as they happen
              rackboot explain node-01       see why a machine does not boot
              rackboot power on --all        power on all machines
              rackboot provision node-01     arm a machine to be provisioned again
              rackboot console node-01       open a machine's serial console

            Exit codes: 0 success, 1 failure, 2 wrong usage or invalid input, 3 not found, 4 conflict, 5 daemon not reachable,
            6 success on some machines and failure on others, 130 interrupted.
            """)
        {
            session.Socket,
            session.Context,
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
            DoctorCommand.Create(session),
            SupportBundleCommand.Create(session),
            BackupCommand.Create(session),
            BackupCommand.Restore(session),
            LoginCommand.Create(session),
            ContextCommand.Create(),
            TokenCommand.Create(session),
            AuditCommand.Create(session),
            CertificateCommand.Create(session),
            CertificateCommand.WhoAmI(session),
            CompletionCommand.Create(),
            ManualCommand.Create(Create),
        }));
    }

    private static RootCommand WithHelp(RootCommand root)
    {
        root.Options.OfType<HelpOption>().Single().Action = new Output.HelpPage();
        return root;
    }

    // For an argument without a HelpName the parser's help lists every completion as an allowed value: every machine's name.
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
