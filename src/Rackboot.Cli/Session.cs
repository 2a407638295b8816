using System.CommandLine;
using System.CommandLine.Completions;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Rackboot.Cli.Commands;
using Rackboot.Cli.Contexts;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli;

/// <summary>What all commands share: the connection to the daemon, and how an error ends the program.</summary>
public sealed class Session
{
    public Option<string> Socket { get; } = new("--socket")
    {
        Description = $"The daemon's management socket. Default: $RACKBOOT_SOCKET, else {ApiPaths.DefaultSocket}.",
        DefaultValueFactory = _ => DefaultSocket,
        Recursive = true,
        HelpName = "PATH",
    };

    public Option<string?> Context { get; } = new("--context")
    {
        Description = "The appliance to talk to, as rackboot context list shows it. Default: the one in use.",
        Recursive = true,
        HelpName = "NAME",
    };

    private static string DefaultSocket =>
        Environment.GetEnvironmentVariable("RACKBOOT_SOCKET") is { Length: > 0 } path ? path : ApiPaths.DefaultSocket;

    /// <summary>Makes <paramref name="command"/> run <paramref name="body"/>, with its errors told in plain words and by the exit
    /// code.</summary>
    public void Run(Command command, Func<ParseResult, RackbootClient, CancellationToken, Task<int>> body) =>
        RunAlone(command, async (result, cancel) =>
        {
            using var client = Connect(result, out _);
            return await body(result, client, cancel);
        });

    /// <summary>The same for a command that finds its appliance itself.</summary>
    public void RunAlone(Command command, Func<ParseResult, CancellationToken, Task<int>> body) =>
        command.SetAction(async (result, cancel) =>
        {
            var error = result.InvocationConfiguration.Error;
            try
            {
                return await body(result, cancel);
            }
            catch (ApiException e)
            {
                return Refused(e, error);
            }
            catch (HttpRequestException e)
            {
                error.WriteLine($"rackboot: the daemon is not reachable{At(result)}: {Reason(e)}");
                return ExitCode.Unreachable;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (JsonException)
            {
                error.WriteLine(
                    $"rackboot: cannot read the answer from{At(result)}; is it rackbootd, in the same version as this program?");
                return ExitCode.Failed;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                error.WriteLine($"rackboot: {e.Message}");
                return ExitCode.Failed;
            }
        });

    /// <summary>Does <paramref name="act"/> with each, whatever the daemon refuses of it.</summary>
    /// <returns>The exit code: the highest of them.</returns>
    public static async Task<int> ForEachAsync<T>(IEnumerable<T> things, TextWriter error, Func<T, Task> act)
    {
        var worst = ExitCode.Ok;
        foreach (var thing in things)
            try
            {
                await act(thing);
            }
            catch (ApiException e)
            {
                worst = Math.Max(worst, Refused(e, error));
            }

        return worst;
    }

    /// <summary>Prints the daemon's refusal.</summary>
    /// <returns>The matching exit code.</returns>
    public static int Refused(ApiException e, TextWriter error)
    {
        error.WriteLine($"rackboot: {Printable.Of(e.Message)}");
        return e.Status switch
        {
            HttpStatusCode.NotFound => ExitCode.NotFound,
            HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed => ExitCode.Conflict,
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest => ExitCode.Usage,
            _ => ExitCode.Failed,
        };
    }

    /// <summary>Names for shell completion, from the daemon that the command line names; none if it does not answer soon.</summary>
    /// <param name="before">What stands before the name in its word, like <c>machine/</c>.</param>
    public IEnumerable<CompletionItem> Complete(CompletionContext context, Resource resource, string before = "") =>
        Complete(context, resource.Names, before);

    /// <inheritdoc cref="Complete(CompletionContext, Resource, string)"/>
    public IEnumerable<CompletionItem> Complete(
        CompletionContext context, Func<RackbootClient, string, CancellationToken, Task<IEnumerable<string>>> names, string before = "")
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            using var client = Connect(context.ParseResult, out _);
            return [.. names(client, Word(context, before), limit.Token).GetAwaiter().GetResult()
                .Select(name => new CompletionItem(before + name))];
        }
        catch (Exception e) when (e is HttpRequestException or ApiException or OperationCanceledException or IOException
            or InvalidDataException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // --socket, --context and $RACKBOOT_SOCKET go before the context in use; without any, it is the daemon on this host.
    private RackbootClient Connect(ParseResult result, out string where)
    {
        var given = result.GetResult(Socket) is { Implicit: false };
        var named = result.GetValue(Context);
        if (!given && (named ?? (Environment.GetEnvironmentVariable("RACKBOOT_SOCKET") is { Length: > 0 } ? null
            : ContextFile.Read().Current)) is { } name && name != ContextCommand.Local)
        {
            var context = ContextFile.Read().Named(name);
            where = $" at {context.Server.Authority}";
            return RackbootClient.ForServer(context.Server, context.Fingerprint, new ContextLogin(name, context).TokenAsync);
        }

        var path = given ? result.GetValue(Socket)! : DefaultSocket;
        where = $" at {path}";
        return RackbootClient.ForSocket(path);
    }

    private string At(ParseResult result)
    {
        try
        {
            Connect(result, out var where).Dispose();
            return where;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Word(CompletionContext context, string before) =>
        context.WordToComplete.StartsWith(before, StringComparison.Ordinal) ? context.WordToComplete[before.Length..] : "";

    private static string Reason(HttpRequestException e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "permission denied; run as root",
        System.Security.Authentication.AuthenticationException => "its certificate is not trusted by this computer, or has ended; log in "
            + "again: rackboot login https://APPLIANCE:8443",
        IOException { InnerException: null } told => told.Message,
        SocketException or null => "is rackbootd running? (systemctl status rackbootd; another socket: --socket PATH)",
        var inner => inner.Message,
    };
}
