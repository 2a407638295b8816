using Google.Protobuf;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A method of the API: who may call it, and what it does to a node.</summary>
/// <param name="Roles">siderolabs/talos internal/app/machined/pkg/system/services/machined.go, rules.</param>
internal sealed record TalosMethod(TalosRole[] Roles, Func<TalosCall, TalosNode, Task> RunAsync)
{
    /// <summary>One request, one answer, under the rack's lock.</summary>
    public static TalosMethod Unary<T>(MessageParser<T> parser, TalosRole[] roles, Func<TalosNode, T, IMessage> answer)
        where T : IMessage<T> => new(roles, async (call, node) =>
        {
            var request = await call.ReadAsync(parser).ConfigureAwait(false);
            await call.WriteAsync(node.Looked(() => answer(node, request))).ConfigureAwait(false);
        });

    /// <summary>One request, several answers that are all known at once.</summary>
    public static TalosMethod Stream<T>(MessageParser<T> parser, TalosRole[] roles, Func<TalosNode, T, IReadOnlyList<IMessage>> answer)
        where T : IMessage<T> => new(roles, async (call, node) =>
        {
            var request = await call.ReadAsync(parser).ConfigureAwait(false);
            foreach (var message in node.Looked(() => answer(node, request)))
                await call.WriteAsync(message).ConfigureAwait(false);
        });
}
