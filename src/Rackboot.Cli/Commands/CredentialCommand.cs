using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot credential</c>: the passwords of BMCs.</summary>
public static class CredentialCommand
{
    public static Command Create(Session session) =>
        new("credential", "User names and passwords of BMCs.\n\nExamples:\n  rackboot credential list\n  rackboot credential rotate bmc "
            + "--generate\n  rackboot credential rekey") { GetCommand.List(session, "credentials"), Rotate(session), Rekey(session) };

    private static Command Rekey(Session session)
    {
        var command = new Command("rekey",
            """
            Make a new key for the store and encrypt every secret with it: credentials and machine configurations. The daemon goes on
            meanwhile. Copies of the store that were made before need the key of their time, so keep that one with them.

            Example:
              rackboot credential rekey
            """);
        session.Run(command, async (result, client, cancel) =>
        {
            var change = await client.ChangeStoreKeyAsync(cancel);
            result.InvocationConfiguration.Output.WriteLine($"the store is encrypted with key {change.Id} now; keep a copy of "
                + $"{change.File}, which lies on the daemon's host, elsewhere");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Rotate(Session session)
    {
        var name = new Argument<string>("credential") { Description = "Which." };
        name.CompletionSources.Add(context => session.Complete(context, Resource.Named("credentials")!));
        var file = new Option<string?>("--password-file")
        {
            Description = "The new password, from a file; - reads standard input.", HelpName = "FILE",
        };
        var generate = new Option<bool>("--generate") { Description = "Let the daemon choose 16 random characters; it shows them to "
            + "nobody." };
        var command = new Command("rotate",
            """
            Give every BMC that a credential opens a new password. Each BMC must let the daemon in with it; until all have, both passwords
            are kept, and the same command takes up the rest.

            Examples:
              rackboot credential rotate bmc --generate
              pass show rack/bmc | rackboot credential rotate bmc --password-file -
            """) { name, file, generate };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null == result.GetValue(generate))
                result.AddError("say where the new password comes from: --password-file FILE, or --generate");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var password = result.GetValue(file) is { } path
                ? (path == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(path, cancel)).TrimEnd('\r', '\n')
                : null;
            var (done, failed) = (0, 0);
            await foreach (var step in client.RotateAsync(result.GetValue(name)!, password, cancel))
            {
                if (step.Step is not (PowerStep.Done or PowerStep.Failed))
                    continue;
                (done, failed) = step.Step == PowerStep.Done ? (done + 1, failed) : (done, failed + 1);
                console.Output.WriteLine(Printable.Of($"{step.Machine}  {(step.Step == PowerStep.Failed ? "failed: " : "")}{step.Text}"));
            }

            if (failed == 0)
            {
                console.Output.WriteLine($"credential/{result.GetValue(name)} changed on {done} machines");
                return ExitCode.Ok;
            }

            console.Error.WriteLine($"rackboot: {failed} of {done + failed} machines still have the old password; both are kept. Try the "
                + "rest again with the same command");
            return done > 0 ? ExitCode.Partly : ExitCode.Failed;
        });
        return command;
    }
}
