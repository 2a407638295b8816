using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A call that reached a stand-in node: from whom, for which node, and its messages.</summary>
internal sealed class TalosCall(TalosNode node, HttpContext context)
{
    /// <summary>The node that was dialled.</summary>
    public TalosNode Dialled { get; } = node;

    public string Method => context.Request.Path.Value ?? "";

    public string? ForNode => context.Request.Headers.TryGetValue("node", out var values) ? values.ToString() : null;

    public CancellationToken Cancel => context.RequestAborted;

    /// <summary>The roles of the client's certificate; a node in maintenance mode gives everyone what a reader has.</summary>
    public IReadOnlyCollection<TalosRole> Roles()
    {
        if (context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate)
            return [TalosRole.Reader];
        return [.. certificate.Subject.Split([',', '+']).Select(part => part.Trim()).Where(part =>
            part.StartsWith("O=", StringComparison.Ordinal))
            .Select(part => TalosRoleNames.TryParse(part[2..], out var role) ? role : (TalosRole?)null).OfType<TalosRole>()];
    }

    public async Task<T> ReadAsync<T>(MessageParser<T> parser)
        where T : IMessage<T> =>
        await GrpcFrame.ReadAsync(context.Request.Body, GrpcFrame.MostBytes, Cancel).ConfigureAwait(false) is { } message
            ? parser.ParseFrom(message.Span)
            : throw new NodeRefusal(GrpcCode.Internal, "no message");

    public async IAsyncEnumerable<T> ReadAllAsync<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        while (await GrpcFrame.ReadAsync(context.Request.Body, GrpcFrame.MostBytes, Cancel).ConfigureAwait(false) is { } message)
            yield return parser.ParseFrom(message.Span);
    }

    public async Task WriteAsync(IMessage message) => await context.Response.Body.WriteAsync(GrpcFrame.Write(message),
        Cancel).ConfigureAwait(false);

    public Task FlushAsync() => context.Response.Body.FlushAsync(Cancel);
}
