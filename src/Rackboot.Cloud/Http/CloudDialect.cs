using System.Net;

namespace Rackboot.Cloud.Http;

/// <summary>What differs between the HTTP of providers.</summary>
internal sealed record CloudDialect
{
    /// <summary>Puts the login into a request; its body is given for those who sign it.</summary>
    public required Func<HttpRequestMessage, ReadOnlyMemory<byte>, CancellationToken, ValueTask> Sign { get; init; }

    /// <summary>The provider's codes of errors that mean something else than their status says.</summary>
    public IReadOnlyDictionary<string, CloudFailure> Codes { get; init; } = new Dictionary<string, CloudFailure>();

    /// <summary>Whether an answer with a good status is an error all the same.</summary>
    public Func<Answer, bool> IsError { get; init; } = _ => false;

    /// <summary>What a status means where it is not what it usually is.</summary>
    public IReadOnlyDictionary<HttpStatusCode, CloudFailure> Statuses { get; init; } = new Dictionary<HttpStatusCode, CloudFailure>();

    /// <summary>Forgets a login that was got by a login; true if there was one, and the request may be sent again.</summary>
    public Func<bool> Forget { get; init; } = () => false;

    /// <summary>A header with the secret in it.</summary>
    public static CloudDialect Header(string name, CloudAccess access, string prefix = "") => new()
    {
        Sign = (request, _, _) =>
        {
            request.Headers.TryAddWithoutValidation(name, prefix + access.Secret());
            return ValueTask.CompletedTask;
        },
    };

    public static CloudDialect Bearer(CloudAccess access) => Header("Authorization", access, "Bearer ");
}
