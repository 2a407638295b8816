using System.CommandLine;
using Rackboot.Cli.Output;

namespace Rackboot.Cli.Contexts;

/// <summary><c>rackboot context</c>: the appliances that one is logged in to.</summary>
public static class ContextCommand
{
    /// <summary>The daemon on this host, over its socket.</summary>
    public const string Local = "local";

    public static Command Create() =>
        new("context",
            """
            The appliances that you are logged in to, and the one that commands go to.

            Examples:
              rackboot context list
              rackboot context use appliance
              rackboot context use local       the daemon on this host, over its socket
              rackboot context delete appliance
            """) { List(), Use(), Delete() };

    private static Command List()
    {
        var command = new Command("list", "List them; * is in use.\n\nExample:\n  rackboot context list");
        command.SetAction(result => Do(result, () =>
        {
            var file = ContextFile.Read();
            var columns = new Columns("", "name", "server", "certificate");
            columns.Add(file.Current is null ? "*" : " ", Local, "the daemon on this host", "");
            foreach (var (name, context) in file.Contexts)
                columns.Add(name == file.Current ? "*" : " ", name, context.Server.ToString().TrimEnd('/'),
                    context.Fingerprint is null ? "trusted by this computer" : $"pinned {context.Fingerprint[..23]}…");
            columns.Write(result.InvocationConfiguration.Output);
        }));
        return command;
    }

    private static Command Use()
    {
        var name = Name();
        var command = new Command("use", "Have commands go to an appliance.\n\nExample:\n  rackboot context use appliance") { name };
        command.SetAction(result => Do(result, () =>
        {
            var (file, chosen) = (ContextFile.Read(), result.GetValue(name)!);
            if (chosen != Local)
                _ = file.Named(chosen);
            (file with { Current = chosen == Local ? null : chosen }).Write();
            result.InvocationConfiguration.Output.WriteLine($"commands go to {chosen} now");
        }));
        return command;
    }

    private static Command Delete()
    {
        var name = Name();
        var command = new Command("delete",
            "Forget an appliance and the token for it. To end the token too: rackboot token revoke.\n\nExample:\n"
            + "  rackboot context delete appliance") { name };
        command.SetAction(result => Do(result, () =>
        {
            var (file, gone) = (ContextFile.Read(), result.GetValue(name)!);
            _ = file.Named(gone);
            file.Contexts.Remove(gone);
            (file with { Current = file.Current == gone ? null : file.Current }).Write();
            result.InvocationConfiguration.Output.WriteLine($"context {gone} deleted");
        }));
        return command;
    }

    private static Argument<string> Name()
    {
        var name = new Argument<string>("context") { Description = "Which, as rackboot context list shows it." };
        name.CompletionSources.Add(_ => [.. ContextFile.Read().Contexts.Keys.Prepend(Local).Select(n =>
            new System.CommandLine.Completions.CompletionItem(n))]);
        return name;
    }

    private static int Do(ParseResult result, Action act)
    {
        try
        {
            act();
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            result.InvocationConfiguration.Error.WriteLine($"rackboot: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
