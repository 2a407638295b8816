using System.Text;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>A machine's parameters to join Omni, as kernel arguments and as configuration documents. Both contain the join token, so
/// they go only to machines that would get a machine configuration.</summary>
public static class OmniParameters
{
    /// <summary>The kernel arguments that Omni gives for its machines.</summary>
    public static IReadOnlyList<string> KernelArguments(OmniJoin join, Secret token) =>
        [$"siderolink.api={Url(join, token)}", $"talos.events.sink={join.Events}", $"talos.logging.kernel={join.KernelLog}"];

    /// <summary>A configuration without the machine section: Talos accepts it, stays in maintenance mode, and Omni sends the rest. The
    /// kernel log is only on the command line, because a document adds a second one (siderolabs/talos
    /// internal/app/machined/pkg/controllers/runtime/kmsg_log.go).</summary>
    public static Secret Configuration(OmniJoin join, Secret token) => new(
        $"apiVersion: v1alpha1\nkind: SideroLinkConfig\napiUrl: \"{Url(join, token)}\"\n"
        + $"---\napiVersion: v1alpha1\nkind: EventSinkConfig\nendpoint: \"{join.Events}\"\n");

    // siderolabs/siderolink: the token and the tunnel are parameters of the URL.
    private static string Url(OmniJoin join, Secret token)
    {
        var escaped = Uri.EscapeDataString(Encoding.UTF8.GetString(token.Reveal().Span));
        return $"{join.Api}?jointoken={escaped}{(join.Tunnel ? "&grpc_tunnel=true" : "")}";
    }
}
