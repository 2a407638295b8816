using Rackboot.Contracts;
using Rackboot.Core.Profiles;
using Secret = Rackboot.Core.Secret;

namespace Rackboot.Daemon.Machines;

/// <summary>Converts Omni's join parameters between the API's documents and the inventory.</summary>
internal static class OmniDocuments
{
    // siderolabs/omni client/pkg/siderolink: where Omni listens inside every link.
    private const string DefaultEvents = "[fdae:41e4:649b:9303::1]:8090";
    private const string DefaultKernelLog = "tcp://[fdae:41e4:649b:9303::1]:8092";
    private const int MostTokenCharacters = 1024;

    public static (OmniJoin? Join, Secret? Token) Read(ProfileOmni? omni, List<ProblemError> errors)
    {
        if (omni is null)
            return (null, null);
        if (!Uri.TryCreate(omni.Api, UriKind.Absolute, out var api)
            || api is not { Scheme: "https" or "grpc", PathAndQuery: "/" or "", UserInfo: "" })
            errors.Add(new("/omni/api", omni.Api?.Contains("jointoken", StringComparison.Ordinal) is true
                ? "contains the join token, which is a secret; remove it from the URL and put it into a file for joinToken"
                : $"\"{omni.Api}\" is not a URL of Omni; allowed: like https://omni.example.org:8090"));
        var events = omni.Events ?? DefaultEvents;
        if (!IsPlain(events) || !events.Contains(':', StringComparison.Ordinal))
            errors.Add(new("/omni/events", $"\"{events}\" is not an address with a port; allowed: like {DefaultEvents}"));
        var log = omni.KernelLog ?? DefaultKernelLog;
        if (!IsPlain(log) || !Uri.TryCreate(log, UriKind.Absolute, out var url) || url.Scheme is not ("tcp" or "udp"))
            errors.Add(new("/omni/kernelLog", $"\"{log}\" is not a tcp or udp URL; allowed: like {DefaultKernelLog}"));
        var token = Token(omni.JoinToken, errors);
        return (new OmniJoin(omni.Api?.TrimEnd('/') ?? "", omni.GrpcTunnel, events, log, token?.Sha256), token);
    }

    public static ProfileOmni? Write(OmniJoin? join) => join is null ? null : new ProfileOmni
    {
        Api = join.Api,
        GrpcTunnel = join.Tunnel,
        Events = join.Events == DefaultEvents ? null : join.Events,
        KernelLog = join.KernelLog == DefaultKernelLog ? null : join.KernelLog,
    };

    // No message quotes the token.
    private static Secret? Token(JoinToken? document, List<ProblemError> errors)
    {
        if (document is null)
            return null;
        var text = document.Content?.Trim() ?? "";
        if (document.File is not null)
            errors.Add(new("/omni/joinToken/file", "the API expects the content; rackboot apply reads the file and sends it"));
        else if (text.Length is 0 or > MostTokenCharacters || !text.All(c => c is > ' ' and <= '~'))
            errors.Add(new("/omni/joinToken",
                $"is not a join token; allowed: one line of 1 to {MostTokenCharacters:N0} printable characters without spaces"));
        else
            return new Secret(text);
        return null;
    }

    // Used in a kernel command line and in YAML.
    private static bool IsPlain(string text) => text.Length is > 0 and <= 200
        && text.All(c => c is > ' ' and <= '~' and not '"' and not '\\' and not '$');
}
