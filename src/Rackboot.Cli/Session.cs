using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli;

/// <summary>What every command has: the daemon to talk to, where to print, and how errors end it.</summary>
public sealed class Session
{
    public Option<string> Socket { get; } = new("--socket")
    {
        Description = $"The daemon's management socket. Default: $RACKBOOT_SOCKET, else {ApiPaths.DefaultSocket}.",
        DefaultValueFactory = _ => DefaultSocket,
        Recursive = true,
        HelpName = "PATH",
    };

    private static string DefaultSocket => Environment.GetEnvironmentVariable("RACKBOOT_SOCKET") is { Length: > 0 } path ? path : ApiPaths.DefaultSocket;

    /// <summary>Makes <paramref name="command"/> run <paramref name="body"/>, with its errors told in plain words and by the exit code.</summary>
    public void Run(Command command, Func<ParseResult, RackbootClient, CancellationToken, Task<int>> body) =>
        command.SetAction(async (result, cancel) =>
        {
            var path = result.GetValue(Socket)!;
            using var client = RackbootClient.ForSocket(path);
            var error = result.InvocationConfiguration.Error;
            try
            {
                return await body(result, client, cancel);
            }
            catch (ApiException e)
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
            catch (HttpRequestException e)
            {
                error.WriteLine($"rackboot: the daemon is not reachable at {path}: {Reason(e)}");
                return ExitCode.Unreachable;
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Interrupted;
            }
            catch (JsonException)
            {
                error.WriteLine($"rackboot: what answers at {path} is not understood; is it rackbootd, and of the same version as this program?");
                return ExitCode.Failed;
            }
            catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                error.WriteLine($"rackboot: {e.Message}");
                return ExitCode.Failed;
            }
        });

    /// <summary>Names for shell completion, from the daemon; none when it does not answer soon.</summary>
    public static IEnumerable<string> Complete(Func<RackbootClient, CancellationToken, Task<IEnumerable<string>>> names)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
            using var client = RackbootClient.ForSocket(DefaultSocket);
            return names(client, limit.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is HttpRequestException or ApiException or OperationCanceledException or IOException)
        {
            return [];
        }
    }

    private static string Reason(HttpRequestException e) => e.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "permission denied; run as root",
        SocketException or null => "is rackbootd running? (systemctl status rackbootd; another socket: --socket PATH)",
        var inner => inner.Message,
    };
}
