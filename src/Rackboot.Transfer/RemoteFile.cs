namespace Rackboot.Transfer;

/// <summary>A file on a server.</summary>
/// <param name="Title">What people call it: <c>kernel-amd64 from factory.talos.dev</c>.</param>
/// <param name="Request">Makes a request for it, anew for each attempt; the range is added.</param>
public sealed record RemoteFile(string Title, Func<CancellationToken, Task<HttpRequestMessage>> Request)
{
    /// <summary>SHA-256 of its bytes, hexadecimal, where it is known beforehand: then it can be taken up again whatever the server says of
    /// versions.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its length where it is known beforehand.</summary>
    public long? Bytes { get; init; }

    /// <summary>Is told of an answer that is no success, and says whether to ask again at once (a token has run out).</summary>
    public Func<HttpResponseMessage, CancellationToken, Task<bool>>? Challenged { get; init; }

    /// <summary>What the operator can do about an HTTP status, where more is known than HTTP says.</summary>
    public Func<int, string?>? Remedy { get; init; }

    /// <summary>The file at <paramref name="url"/>.</summary>
    public static RemoteFile At(Uri url, string title) => new(title, _ => Task.FromResult(new HttpRequestMessage(HttpMethod.Get, url)));
}
