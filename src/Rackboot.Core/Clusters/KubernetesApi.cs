using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Rackboot.Core.Events;
using Rackboot.Http;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>The Kubernetes API of a cluster, as the administrator that its kubeconfig names. For a few calls; its certificate lives an
/// hour.</summary>
internal sealed class KubernetesApi : IDisposable
{
    private const int MostAnswerBytes = 32 << 20;
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly Uri _endpoint;
    private readonly HttpClient _http;

    /// <exception cref="ClusterNodeException">The cluster's secrets sign no certificate.</exception>
    public KubernetesApi(Cluster cluster, ClusterSecrets secrets, DateTimeOffset now)
    {
        _endpoint = cluster.Endpoint;
        if (!ClientConfigs.TryMintKubernetesCertificate(secrets, CertificateLifetime, now, out var client, out var error))
            throw new ClusterNodeException(
                $"creating a certificate for the Kubernetes API of cluster {cluster.Name} failed: {error}", permanent: true);
        var trust = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (var pem in secrets.K8sAccepted.Prepend(secrets.K8s.Certificate))
            trust.CustomTrustStore.Add(X509Certificate2.CreateFromPem(pem));
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = Limit,
            ConnectCallback = OutboundConnection.OpenAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = SslStreamCertificateContext.Create(
                    X509Certificate2.CreateFromPem(client!.Certificate, client.Key.Reveal()), null, offline: true),
                CertificateChainPolicy = trust,
            },
        })
        { Timeout = Limit, MaxResponseContentBufferSize = MostAnswerBytes };
    }

    /// <summary>What there is; null if there is no such thing.</summary>
    /// <exception cref="ClusterNodeException">It refused, or did not answer.</exception>
    public Task<JsonElement?> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    /// <summary>Deletes something; what is gone counts as deleted.</summary>
    /// <exception cref="ClusterNodeException">It refused, or did not answer.</exception>
    public Task DeleteAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Delete, path, null, cancel);

    /// <summary>Server-side apply.</summary>
    /// <exception cref="ClusterNodeException">It refused, or did not answer.</exception>
    public async Task ApplyAsync(string path, string fieldManager, string document, CancellationToken cancel)
    {
        using var body = new StringContent(document, Encoding.UTF8);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        if (await SendAsync(HttpMethod.Patch, $"{path}?fieldManager={fieldManager}&force=true", body, cancel).ConfigureAwait(false) is null)
            throw new ClusterNodeException($"the Kubernetes API at {_endpoint} knows no {path}");
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(_endpoint, path)) { Content = body };
        try
        {
            using var answer = await _http.SendAsync(request, cancel).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                return null;
            var text = await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new ClusterNodeException($"the Kubernetes API at {_endpoint} refused {method} {request.RequestUri!.AbsolutePath}: "
                    + $"{(int)answer.StatusCode} {Reason(text) ?? answer.ReasonPhrase}");
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new ClusterNodeException($"the Kubernetes API at {_endpoint} answered {method} {path} with something other than JSON");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            throw new ClusterNodeException($"the Kubernetes API at {_endpoint} did not answer: {e.Message}", inner: e);
        }
    }

    // A Status of the API machinery: its message.
    private static string? Reason(string text)
    {
        try
        {
            using var status = JsonDocument.Parse(text);
            return status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out var message)
                ? ShortText.Of(message.ToString().ReplaceLineEndings(" "))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
