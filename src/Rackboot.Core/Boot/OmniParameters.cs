using System.Text;
using Rackboot.Core.Profiles;

namespace Rackboot.Core.Boot;

/// <summary>What a machine joins Omni with, as kernel arguments and as documents of a configuration. Both hold the join token, so they go
/// only to whom a machine configuration would be released.</summary>
public static class OmniParameters
{
    /// <summary>The kernel arguments that Omni gives for its machines.</summary>
    public static IReadOnlyList<string> KernelArguments(OmniJoin join, Secret token) =>
        [$"siderolink.api={Url(join, token)}", $"talos.events.sink={join.Events}", $"talos.logging.kernel={join.KernelLog}"];

    /// <summary>A configuration without a machine in it: Talos takes it, stays in maintenance mode, and Omni gives it the rest. The kernel
    /// log stands on the command line alone, because a document adds a second one (siderolabs/talos
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
