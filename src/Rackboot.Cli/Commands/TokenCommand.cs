using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot token</c>: who may use the API over the network.</summary>
public static class TokenCommand
{
    public static Command Create(Session session) =>
        new("token", "Tokens, which let callers use the API over the network.\n\nExamples:\n"
            + "  rackboot token create ci --role operator --expires 30d\n  rackboot token list\n  rackboot token revoke ci")
        {
            Make(session), List(session), Revoke(session),
        };

    private static Command Make(Session session)
    {
        var name = new Argument<string>("token") { Description = "What to call it: events and the audit say token:NAME." };
        var role = new Option<AccessRole>("--role")
        {
            Description = "What its holder may do: viewer, operator or admin.", HelpName = "ROLE",
            DefaultValueFactory = _ => AccessRole.Viewer,
        };
        var expires = new Option<string?>("--expires") { Description = "How long it is good. Default: 30d.", HelpName = "TIME" };
        var scope = new Option<string?>("--scope")
        {
            Description = "Its holder sees and uses only the machines with these labels, like rack=r1.", HelpName = "SELECTOR",
        };
        var secrets = new Option<bool>("--secrets")
        {
            Description = "Its holder may also read secrets (kubeconfig, rendered configurations) and type on consoles.",
        };
        var format = GetCommand.Format();
        var command = new Command("create",
            """
            Make a token. It is printed once, alone on a line, and is kept nowhere: the appliance stores a hash.

            Examples:
              rackboot token create ci --role operator --expires 30d
              rackboot token create r1-desk --role operator --scope rack=r1 > token.txt
            """) { name, role, expires, scope, secrets, format };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var created = await client.CreateTokenAsync(new TokenOrder
            {
                Name = result.GetValue(name)!,
                Role = result.GetValue(role),
                Expires = result.GetValue(expires),
                Scope = result.GetValue(scope),
                Secrets = result.GetValue(secrets),
            }, cancel);
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            {
                Output.Documents.Write(console.Output, f, created);
                return ExitCode.Ok;
            }

            console.Output.WriteLine(created.Token);
            console.Error.WriteLine($"token {created.Details.Name} is good until {created.Details.Expires:u}; it is not shown again");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command List(Session session)
    {
        var format = GetCommand.Format();
        var command = new Command("list", "List tokens.\n\nExample:\n  rackboot token list -o json") { format };
        session.Run(command, async (result, client, cancel) =>
        {
            var (output, tokens) = (result.InvocationConfiguration.Output, await client.GetTokensAsync(cancel));
            if (result.GetValue(format) is var f and (OutputFormat.Json or OutputFormat.Yaml))
            {
                Output.Documents.Write(output, f, tokens);
                return ExitCode.Ok;
            }

            var columns = new Columns("name", "role", "secrets", "scope", "expires", "used", "by");
            foreach (var token in tokens)
                columns.Add(token.Name, token.Role.ToString().ToLowerInvariant(), token.Secrets ? "yes" : "no", token.Scope,
                    token.Expires < TimeProvider.System.GetUtcNow() ? "ended" : $"in {Columns.Age(token.Expires)}",
                    token.Used is null ? "" : $"{Columns.Age(token.Used)} ago", token.By);
            columns.Write(output);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Revoke(Session session)
    {
        var names = new Argument<string[]>("token") { Description = "Which.", Arity = ArgumentArity.OneOrMore };
        names.CompletionSources.Add(context => session.Complete(
            context, async (client, _, cancel) => (await client.GetTokensAsync(cancel)).Select(t => t.Name)));
        var command = new Command("revoke",
            "End tokens at once; what their holders follow ends too.\n\nExample:\n  rackboot token revoke ci") { names };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            return await Session.ForEachAsync(result.GetValue(names)!, console.Error, async name =>
            {
                await client.RevokeTokenAsync(name, cancel);
                console.Output.WriteLine($"token {name} revoked");
            });
        });
        return command;
    }
}
