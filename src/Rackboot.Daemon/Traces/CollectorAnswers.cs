using System.Net;

namespace Rackboot.Daemon.Traces;

/// <summary>Sends a collector's headers with each request, and remembers why the last one was not taken: the exporter of OpenTelemetry says
/// only that it was not.</summary>
internal sealed class CollectorAnswers(string? headers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int GrpcInvalidArgument = 3; // grpc/grpc doc/statuscodes.md

    /// <summary>Why the last request was not taken.</summary>
    public string Reason { get; private set; } = "it does not answer";

    /// <summary>Whether the collector judged the trace itself, so that sending it again changes nothing.</summary>
    public bool Refused { get; private set; }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            AddHeaders(request);
            var response = base.Send(request, cancellationToken);
            response.Content.LoadIntoBufferAsync(cancellationToken).GetAwaiter().GetResult(); // the exporter's thread waits anyway
            Note(response);
            return response;
        }
        catch (Exception e)
        {
            Note(e);
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            AddHeaders(request);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false); // the trailers follow it
            Note(response);
            return response;
        }
        catch (Exception e)
        {
            Note(e);
            throw;
        }
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        if (headers is null)
            return;
        foreach (var line in File.ReadLines(headers))
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                request.Headers.TryAddWithoutValidation(line[..colon].Trim(), line[(colon + 1)..].Trim());
    }

    private void Note(Exception e) =>
        (Reason, Refused) = (e is OperationCanceledException ? "it does not answer in time" : Innermost(e).Message, false);

    private void Note(HttpResponseMessage response)
    {
        var grpc = Header(response, "grpc-status");
        Reason = grpc is null or "0" ? $"it answers {(int)response.StatusCode} {response.ReasonPhrase}"
            : $"it answers gRPC status {grpc}, {Uri.UnescapeDataString(Header(response, "grpc-message") ?? "")}";
        Refused = response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge
            || grpc == $"{GrpcInvalidArgument}";
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values)
            ? values.FirstOrDefault() : null;

    // A failed handshake says only in the innermost exception what is wrong with the certificate.
    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
