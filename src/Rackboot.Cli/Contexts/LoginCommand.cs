using System.CommandLine;
using System.Text;
using Rackboot.Cli.Commands;
using Rackboot.Contracts;

namespace Rackboot.Cli.Contexts;

/// <summary><c>rackboot login</c>: makes a context of an appliance on the network.</summary>
public static class LoginCommand
{
    public static Command Create(Session session)
    {
        var server = new Argument<string>("url") { Description = "The appliance, like https://appliance:8443." };
        var name = new Option<string?>("--name") { Description = "Name of the context. Default: the host name.", HelpName = "NAME" };
        var fingerprint = new Option<string?>("--fingerprint")
        {
            Description = "The certificate's fingerprint, as rackboot certificate prints it there. Without it you are asked.",
            HelpName = "SHA256",
        };
        var file = new Option<string?>("--token-file")
        {
            Description = "The token, from a file; - reads standard input. Default: $RACKBOOT_TOKEN, else you are asked.",
            HelpName = "FILE",
        };
        var oidc = new Option<bool>("--oidc") { Description = "Log in with a browser, at the OIDC issuer that the appliance names." };
        var yes = Confirmation.Yes();
        var command = new Command("login",
            """
            Log in to an appliance on the network. Commands go to it from then on; rackboot context use local leads back.

            The first login shows the fingerprint of the appliance's certificate and remembers it: another certificate is refused later.
            An administrator makes tokens: rackboot token create NAME --role operator.

            Examples:
              rackboot login https://appliance:8443
              rackboot login https://appliance:8443 --oidc
              rackboot login https://10.0.0.5:8443 --name lab --token-file token.txt --fingerprint 5F:0C:…
            """) { server, name, fingerprint, file, oidc, yes };
        command.Validators.Add(result =>
        {
            if (result.GetValue(server) is { } text && !TryServer(text, out _))
                result.AddError($"\"{text}\" is not the address of an appliance; write it like https://appliance:8443");
        });
        session.RunAlone(command, async (result, cancel) =>
        {
            _ = TryServer(result.GetValue(server)!, out var url);
            var console = result.InvocationConfiguration;
            var probe = await ServerProbe.AskAsync(url!, cancel);
            if (!IsAccepted(console, url!, probe, result.GetValue(fingerprint), result.GetValue(yes), out var refusal))
                return refusal;
            var context = new ServerContext
            {
                Server = url!,
                Fingerprint = probe.IsTrusted ? null : probe.Fingerprint,
            };
            context = result.GetValue(oidc)
                ? context with { Oidc = await BrowserAsync(context, console, cancel) }
                : context with { Token = await TokenAsync(result.GetValue(file), console, cancel) };
            using var client = RackbootClient.ForServer(
                context.Server, context.Fingerprint, _ => new(context.Oidc?.IdToken ?? context.Token));
            var who = await client.WhoAmIAsync(cancel);
            var contexts = ContextFile.Read();
            var called = result.GetValue(name) ?? url!.Host;
            contexts.Contexts[called] = context;
            (contexts with { Current = called }).Write();
            console.Output.WriteLine(
                $"logged in to {url!.Authority} as {who.Name}, {Describe(who)}; commands go to context {called} now");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What somebody may do, for people.</summary>
    internal static string Describe(WhoAmI who) =>
        who.Role.ToString().ToLowerInvariant() + (who.Secrets ? " with secrets" : "") + (who.Scope is { } scope ? $", only {scope}" : "");

    private static bool TryServer(string text, out Uri? server) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out server)
        && server is { Scheme: "https", PathAndQuery: "/" };

    private static bool IsAccepted(
        InvocationConfiguration console, Uri server, ServerProbe probe, string? expected, bool yes, out int refusal)
    {
        refusal = ExitCode.Failed;
        if (expected is not null)
        {
            if (string.Equals(expected.Trim(), probe.Fingerprint, StringComparison.OrdinalIgnoreCase))
                return true;
            console.Error.WriteLine($"rackboot: {server.Authority} shows a certificate with another fingerprint: {probe.Fingerprint}; "
                + "nothing was sent to it");
            return false;
        }

        var known = ContextFile.Read().Contexts.Values.Any(c => c.Server == server && c.Fingerprint == probe.Fingerprint);
        if (probe.IsTrusted || known)
            return true;
        console.Error.WriteLine($"The certificate of {server.Authority} has the fingerprint\n  {probe.Fingerprint}\n"
            + "Compare it with what rackboot certificate prints on the appliance.");
        return yes || Confirmation.Asks(console, "Is it the same?", out refusal);
    }

    private static async Task<OidcLogin> BrowserAsync(
        ServerContext context, InvocationConfiguration console, CancellationToken cancel)
    {
        using var client = RackbootClient.ForServer(context.Server, context.Fingerprint, _ => new((string?)null));
        var ways = await client.GetLoginWaysAsync(cancel);
        using var http = new HttpClient();
        return await new DeviceFlow(http, TimeProvider.System).LoginAsync(
            ways.Oidc ?? throw new InvalidDataException($"{context.Server.Authority} takes no logins by OIDC; log in with a token"),
            console.Error, cancel);
    }

    private static async Task<string> TokenAsync(string? file, InvocationConfiguration console, CancellationToken cancel)
    {
        if (file is not null)
            return (file == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel)).Trim();
        if (Environment.GetEnvironmentVariable("RACKBOOT_TOKEN") is { Length: > 0 } token)
            return token.Trim();
        if (Console.IsInputRedirected)
            throw new InvalidDataException("there is no terminal to ask for the token on; give it: --token-file FILE, or RACKBOOT_TOKEN");
        console.Error.Write("Token: ");
        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        console.Error.WriteLine();
        return typed.ToString().Trim();
    }
}
