using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot credential</c>: the logins of BMCs.</summary>
public static class CredentialCommand
{
    public static Command Create(Session session) =>
        new("credential", "User names and passwords of BMCs.\n\nExamples:\n  rackboot credential list\n  rackboot credential rotate bmc "
            + "--generate\n  rackboot credential rekey") { GetCommand.List(session, "credentials"), Rotate(session), Rekey(session) };

    private static Command Rekey(Session session)
    {
        var command = new Command("rekey",
            """
            Create a new store key and re-encrypt every secret with it: credentials and machine configurations. The daemon keeps
            running. Older backups of the store need the old key, so keep it with them.

            Example:
              rackboot credential rekey
            """);
        session.Run(command, async (result, client, cancel) =>
        {
            var change = await client.ChangeStoreKeyAsync(cancel);
            result.InvocationConfiguration.Output.WriteLine($"the store is now encrypted with key {change.Id}; keep a copy of "
                + $"{change.File} (on the daemon's host) somewhere else");
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
            Description = "Read the new password from this file, or - for standard input.", HelpName = "FILE",
        };
        var generate = new Option<bool>("--generate") { Description = "Let the daemon choose 16 random characters; it shows them to "
            + "nobody." };
        var command = new Command("rotate",
            """
            Set a new password on every BMC that uses a credential, and verify it by logging in. Until all BMCs have it, both passwords
            are kept; repeat the command to finish the rest.

            Examples:
              rackboot credential rotate bmc --generate
              pass show rack/bmc | rackboot credential rotate bmc --password-file -
            """) { name, file, generate };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is not null == result.GetValue(generate))
                result.AddError("give the new password with --password-file FILE, or use --generate");
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

            console.Error.WriteLine($"rackboot: {failed} of {done + failed} machines still have the old password; both are kept. Repeat "
                + "the command to finish");
            return done > 0 ? ExitCode.Partly : ExitCode.Failed;
        });
        return command;
    }
}
