using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Rackboot.Contracts;

// Boot files and container images.
public sealed partial class RackbootClient
{
    /// <summary>Stores <paramref name="content"/> as the asset <paramref name="name"/>; the stream is uploaded while it is read.</summary>
    public async Task<Asset> PutAssetAsync(string name, Stream content, CancellationToken cancel = default)
    {
        using var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return (await PutAsync<Asset>(AssetPath(name), body, null, false, cancel).ConfigureAwait(false)).Value;
    }

    /// <summary>Has the appliance fetch boot files; yields the progress of each. Downloads continue when nobody follows.</summary>
    public IAsyncEnumerable<AssetPullProgress> PullAssetsAsync(AssetPullOrder order, CancellationToken cancel = default) =>
        StreamAsync<AssetPullProgress>(
            HttpMethod.Post, ApiPaths.Assets + "/pull", JsonContent.Create(order, options: Document.Json), cancel);

    /// <summary>Checks every stored file; yields a result for each.</summary>
    public IAsyncEnumerable<AssetCheckResult> VerifyAssetsAsync(CancellationToken cancel = default) =>
        StreamAsync<AssetCheckResult>(HttpMethod.Post, ApiPaths.Assets + "/verify", null, cancel);

    /// <summary>Removes the boot files that nothing uses.</summary>
    /// <returns>The removed files.</returns>
    public async Task<IReadOnlyList<Asset>> PruneAssetsAsync(AssetPruneOrder order, CancellationToken cancel = default) =>
        (await PostAsync<AssetPruneOrder, ItemList<Asset>>(ApiPaths.Assets + "/prune", order, cancel).ConfigureAwait(false)).Items;

    public Task<IReadOnlyList<MirrorImage>> GetMirrorImagesAsync(CancellationToken cancel = default) =>
        ListAsync<MirrorImage>(ApiPaths.Mirror + "/images", cancel);

    public Task<IReadOnlyList<MirrorBundle>> GetMirrorBundlesAsync(CancellationToken cancel = default) =>
        ListAsync<MirrorBundle>(ApiPaths.Mirror + "/bundles", cancel);

    public Task DeleteMirrorImageAsync(string reference, CancellationToken cancel = default) =>
        DeleteAsync(reference.Split('/').Aggregate(ApiPaths.Mirror + "/images", One), cancel);

    /// <summary>Imports a whole bundle or nothing; the stream is uploaded while it is read.</summary>
    public async Task<MirrorBundle> ImportBundleAsync(Stream bundle, CancellationToken cancel = default)
    {
        using var body = new StreamContent(bundle, 1 << 20);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var request = new HttpRequestMessage(HttpMethod.Post, ApiPaths.Mirror + "/bundles") { Content = body };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await ReadAsync<MirrorBundle>(response, cancel).ConfigureAwait(false);
    }

    public Task DeleteAssetAsync(string name, CancellationToken cancel = default) => DeleteAsync(AssetPath(name), cancel);
}
