using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>A Kubernetes API that knows nodes, discovery and server-side apply, with certificates of the cluster's authority on both sides
/// (kubernetes/kubernetes test/integration/apiserver/apply for what an apply is answered with).</summary>
public sealed class StandInKubernetes : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Groups = new()
    {
        ["/api/v1"] = """{"resources":[{"name":"namespaces","kind":"Namespace","namespaced":false},"""
            + """{"name":"namespaces/status","kind":"Namespace","namespaced":false},"""
            + """{"name":"configmaps","kind":"ConfigMap","namespaced":true}]}""",
        ["/apis/apps/v1"] = """{"resources":[{"name":"daemonsets","kind":"DaemonSet","namespaced":true}]}""",
        ["/apis/rbac.authorization.k8s.io/v1"] = """{"resources":[{"name":"clusterroles","kind":"ClusterRole","namespaced":false}]}""",
    };

    private readonly StandInServer _server;
    private readonly Func<ClusterSecrets> _secrets;
    private readonly IPAddress _address;
    private (string Authority, X509Certificate2 Own)? _certificate;

    private StandInKubernetes(Func<ClusterSecrets> secrets, IPEndPoint listen, string? network)
    {
        (_secrets, _address) = (secrets, listen.Address);
        _server = new(listen, network, Serve, AnswerAsync);
    }

    public Uri Endpoint => new($"https://{_server.EndPoint}");

    /// <summary>What was applied, by path, in order.</summary>
    public ConcurrentQueue<(string Path, string Query, JsonNode Document)> Applied { get; } = [];

    /// <summary>The releases of the kubelets, by node.</summary>
    public ConcurrentDictionary<string, string> Kubelets { get; } = [];

    /// <summary>The paths of what was deleted, in order.</summary>
    public ConcurrentQueue<string> Deleted { get; } = [];

    /// <summary>Refuses what is applied, in its own words.</summary>
    public string? Refuses { get; set; }

    /// <summary>How many of three pods of a DaemonSet are new.</summary>
    public int NewPods { get; set; } = 3;

    /// <summary>Starts one on a free port of this host.</summary>
    /// <param name="secrets">Those of its cluster, now.</param>
    public static Task<StandInKubernetes> StartAsync(Func<ClusterSecrets> secrets) =>
        StartAsync(new StandInKubernetes(secrets, new IPEndPoint(IPAddress.Loopback, 0), network: null));

    /// <summary>Starts one in a network namespace.</summary>
    /// <param name="secrets">Those of its cluster, now.</param>
    public static Task<StandInKubernetes> StartAsync(Func<ClusterSecrets> secrets, IPEndPoint listen, string network) =>
        StartAsync(new StandInKubernetes(secrets, listen, network));

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync().ConfigureAwait(false);
        _certificate?.Own.Dispose();
    }

    private static async Task<StandInKubernetes> StartAsync(StandInKubernetes api)
    {
        await api._server.StartAsync(CancellationToken.None);
        return api;
    }

    private void Serve(ListenOptions options) => options.UseHttps(new HttpsConnectionAdapterOptions
    {
        ServerCertificateSelector = (_, _) => Certificate(),
        ClientCertificateMode = ClientCertificateMode.RequireCertificate,
        ClientCertificateValidation = (client, _, _) => IsAdministrator(client),
    });

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (context.Request.Method == "PATCH")
            await ApplyAsync(context, path);
        else if (context.Request.Method == "DELETE")
            await DeleteAsync(context, path);
        else if (Groups.TryGetValue(path, out var group))
            await context.Response.WriteAsync(group);
        else if (path == "/api/v1/nodes")
            await context.Response.WriteAsync(JsonSerializer.Serialize(new
            {
                items = Kubelets.Select(k => new
                {
                    metadata = new { name = k.Key },
                    status = new { nodeInfo = new { kubeletVersion = k.Value } },
                }),
            }));
        else if (Applied.Any(a => a.Path == path))
            await context.Response.WriteAsync(JsonSerializer.Serialize(new
            {
                metadata = new { generation = 2 },
                status = new { observedGeneration = 2, desiredNumberScheduled = 3, updatedNumberScheduled = NewPods },
            }));
        else
            context.Response.StatusCode = 404;
    }

    private async Task ApplyAsync(HttpContext context, string path)
    {
        if (context.Request.ContentType?.StartsWith("application/apply-patch+yaml", StringComparison.Ordinal) is not true
            || Refuses is not null)
        {
            context.Response.StatusCode = Refuses is null ? 415 : 403;
            await context.Response.WriteAsync(JsonSerializer.Serialize(new { kind = "Status", message = Refuses ?? "unsupported" }));
            return;
        }

        var document = (await JsonNode.ParseAsync(context.Request.Body))!;
        Applied.Enqueue((path, context.Request.QueryString.Value!, document));
        await context.Response.WriteAsync(document.ToJsonString());
    }

    private Task DeleteAsync(HttpContext context, string path)
    {
        Deleted.Enqueue(path);
        Kubelets.TryRemove(path[(path.LastIndexOf('/') + 1)..], out _);
        return context.Response.WriteAsync("""{"kind":"Status","apiVersion":"v1","status":"Success"}""");
    }

    private bool IsAdministrator(X509Certificate2 client)
    {
        using var authority = X509Certificate2.CreateFromPem(_secrets().K8s.Certificate);
        return client.Subject.Contains("O=system:masters", StringComparison.Ordinal) && client.Issuer == authority.Subject;
    }

    // A new one when its authority is another.
    private X509Certificate2 Certificate()
    {
        var secrets = _secrets();
        if (_certificate is { } known && known.Authority == secrets.K8s.Certificate)
            return known.Own;
        using var authority = X509Certificate2.CreateFromPem(secrets.K8s.Certificate, secrets.K8s.Key.Reveal());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(_address);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3, 4]);
        var own = signed.CopyWithPrivateKey(key);
        _certificate = (secrets.K8s.Certificate, own);
        return own;
    }
}
