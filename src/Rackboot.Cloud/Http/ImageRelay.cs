using System.Net.Http.Headers;
using Rackboot.Http;

namespace Rackboot.Cloud.Http;

/// <summary>Carries images from where they are published to where a provider wants them, in the background and without storing them
/// here.</summary>
internal sealed class ImageRelay(CloudAccess access, CloudTraits traits) : IDisposable
{
    /// <summary>The longest that one may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    // Images are large: one that fails is not carried every minute.
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(10);

    // As long as the longest request.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Task> _copies = [];
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpClient _http = new(access.Handler ?? new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = OutboundConnection.OpenAsync,
    }, disposeHandler: access.Handler is null)
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Begins to carry an image.</summary>
    /// <param name="image">The provider's id of it.</param>
    public void Begin(string image, Uri from, Uri to) => _copies[image] = CopyAsync(from, to, _closed.Token);

    /// <summary>Waits a while for an image that this process carries.</summary>
    /// <returns>Whether it does, or did.</returns>
    /// <exception cref="CloudException">It could not be fetched, or was not taken.</exception>
    public async Task<bool> FollowAsync(string image, CancellationToken cancel)
    {
        if (!_copies.TryGetValue(image, out var copy))
            return false;
        if (await Task.WhenAny(copy, Task.Delay(Look, access.Time, cancel)).ConfigureAwait(false) != copy)
            return true;
        try
        {
            await copy.ConfigureAwait(false);
            return true;
        }
        catch
        {
            _copies.Remove(image);
            throw;
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _http.Dispose();
        _closed.Dispose();
    }

    private async Task CopyAsync(Uri from, Uri to, CancellationToken cancel)
    {
        await Task.Yield();
        using var limit = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var image = await _http.GetAsync(from, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (!image.IsSuccessStatusCode)
                throw new CloudException(CloudFailure.Misconfigured, $"{from} cannot be fetched ({(int)image.StatusCode}); correct "
                    + "boot.factory of the provider or the profile's Talos version") { After = Again };
            // Stores of objects refuse a body whose length they do not know.
            if (image.Content.Headers.ContentLength is not { } length)
                throw new CloudException(CloudFailure.Misconfigured, $"{from} comes without its length, and {traits.Title} needs that; "
                    + "name another boot.factory, or upload Talos there and set boot.image") { After = Again };
            using var body = new StreamContent(await image.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false));
            body.Headers.ContentLength = length;
            body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var taken = await _http.PutAsync(to, body, either.Token).ConfigureAwait(false);
            if (!taken.IsSuccessStatusCode)
                throw new CloudException(CloudFailure.Rejected, $"{traits.Title} did not take the image from {from} "
                    + $"({(int)taken.StatusCode}); the appliance tries again") { After = Again };
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new CloudException(CloudFailure.NoAnswer, $"uploading {from} to {traits.Title} took over {Patience.TotalMinutes:0} min",
                e) { After = Again };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new CloudException(CloudFailure.NoAnswer, $"uploading {from} to {traits.Title} failed: "
                + $"{e.InnerException?.Message ?? e.Message}", e) { After = Again };
        }
    }
}
