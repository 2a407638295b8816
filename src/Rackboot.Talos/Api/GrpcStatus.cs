using System.Globalization;
using System.Net;
using System.Text;

namespace Rackboot.Talos.Api;

/// <summary>The outcome of a call: code and message from its trailers (grpc/grpc doc/PROTOCOL-HTTP2.md).</summary>
internal readonly record struct GrpcStatus(GrpcCode Code, string Message)
{
    private const int MostCharacters = 2000;

    /// <summary>Reads the two trailers. Null if they contain no status.</summary>
    public static GrpcStatus? Read(System.Net.Http.Headers.HttpHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values))
            return null;
        var known = int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code <= 16;
        var message = headers.TryGetValues("grpc-message", out var messages) ? Decode(messages.First()) : "";
        return new(known ? (GrpcCode)code : GrpcCode.Unknown, message);
    }

    /// <summary>The meaning of an HTTP status without gRPC (grpc/grpc doc/http-grpc-status-mapping.md).</summary>
    public static GrpcCode OfHttp(HttpStatusCode status) => (int)status switch
    {
        401 => GrpcCode.Unauthenticated,
        403 => GrpcCode.PermissionDenied,
        404 => GrpcCode.Unimplemented,
        429 or 502 or 503 or 504 => GrpcCode.Unavailable,
        400 => GrpcCode.Internal,
        _ => GrpcCode.Unknown,
    };

    public static TalosFailure Failure(GrpcCode code) => code switch
    {
        GrpcCode.InvalidArgument or GrpcCode.OutOfRange => TalosFailure.Refused,
        GrpcCode.DeadlineExceeded => TalosFailure.TimedOut,
        GrpcCode.NotFound => TalosFailure.NotFound,
        GrpcCode.AlreadyExists => TalosFailure.AlreadyDone,
        GrpcCode.PermissionDenied or GrpcCode.Unauthenticated => TalosFailure.PermissionDenied,
        GrpcCode.FailedPrecondition => TalosFailure.NotReady,
        GrpcCode.Unimplemented => TalosFailure.Unsupported,
        GrpcCode.Unavailable => TalosFailure.Unreachable,
        _ => TalosFailure.Failed,
    };

    /// <summary>Percent-decodes UTF-8; invalid sequences stay unchanged, control characters are removed.</summary>
    public static string Decode(string text)
    {
        text = text.Length > 3 * MostCharacters ? text[..(3 * MostCharacters)] : text;
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
                bytes.Add(text[i] <= '~' ? (byte)text[i] : (byte)'?');

        return PrintableText.Of(Encoding.UTF8.GetString([.. bytes]), MostCharacters);
    }
}
