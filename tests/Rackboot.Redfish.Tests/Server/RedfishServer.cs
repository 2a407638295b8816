using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>A Redfish service on a free port of the loopback interface: a tree that remembers, over HTTPS, in any mood.</summary>
internal sealed class RedfishServer : IAsyncDisposable
{
    public const string User = "rackboot";
    public const string Password = "s3cret-Passw0rd";

    private readonly WebApplication _web;
    private readonly TimeProvider _clock;

    private RedfishServer(WebApplication web, RedfishTree tree, TimeProvider clock)
    {
        (_web, _clock, Tree) = (web, clock, tree);
        Resources = new Resources(tree, clock);
        Accounts = new AccountDesk(this);
        Machine = new Machine(this);
        Updates = new UpdateDesk(this);
        Router = new Router(this);
    }

    public RedfishTree Tree { get; }

    public ServerMood Mood { get; } = new();

    public Resources Resources { get; }

    public AccountDesk Accounts { get; }

    public Machine Machine { get; }

    public UpdateDesk Updates { get; }

    public Router Router { get; }

    public List<SeenRequest> Seen { get; } = [];

    public X509Certificate2 Certificate { get; set; } = MakeCertificate();

    public Uri Address { get; private set; } = null!;

    public static Task<RedfishServer> StartAsync(string tree, TimeProvider clock) => StartAsync(RedfishTree.Load(tree), clock);

    public static async Task<RedfishServer> StartAsync(RedfishTree tree, TimeProvider clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        RedfishServer? server = null;
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = 64 << 20;
            k.Listen(IPAddress.Loopback, 0, l =>
            {
                l.Protocols = HttpProtocols.Http1;
                l.UseHttps(h => h.ServerCertificateSelector = (_, _) => server!.Certificate);
            });
        });
        var web = builder.Build();
        server = new RedfishServer(web, tree, clock);
        web.Run(server.HandleAsync);
        await web.StartAsync();
        server.Address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    public RedfishOptions Options(string password = Password) => new()
    {
        Address = Address,
        Credential = new RedfishCredential(User, password),
        Trust = RedfishTrust.FirstUse(),
        RequestTimeout = TimeSpan.FromSeconds(10),
    };

    public RedfishService Client(Func<RedfishOptions, RedfishOptions>? change = null) => new((change ?? (o => o))(Options()), _clock);

    public IReadOnlyList<SeenRequest> Sent(string method, string path = "")
    {
        lock (Seen)
            return [.. Seen.Where(r => r.Method == method && r.Path.Contains(path, StringComparison.OrdinalIgnoreCase))];
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource();
        await soon.CancelAsync();
        await _web.StopAsync(soon.Token);
        await _web.DisposeAsync();
        Certificate.Dispose();
    }

    public static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bmc", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (Mood.Before is { } before && await before(context))
            return;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, 1 << 20));
        Reply reply;
        lock (Resources.Gate)
        {
            Resources.CatchUp();
            var authorized = Accounts.Knows(context.Request);
            lock (Seen)
                Seen.Add(new SeenRequest(context.Request.Method, context.Request.Path + context.Request.QueryString,
                    context.Request.Headers.IfMatch, authorized, text));
            reply = Router.Answer(context.Request, text, body.Length, authorized);
        }

        if (context.Request.Method == "GET" && reply.Status == 200 && Router.IsEventStream(context.Request.Path))
            await EventStream.WriteAsync(context);
        else
            await WriteAsync(context, reply, text);
    }

    private async Task WriteAsync(HttpContext context, Reply reply, string request)
    {
        context.Response.StatusCode = reply.Status;
        Set(context, "Location", reply.Location);
        Set(context, "X-Auth-Token", reply.Token);
        Set(context, "ETag", reply.ETag);
        Set(context, "Retry-After", reply.RetryAfter);
        if (reply.Body is null)
            return;
        if (Mood.RepeatsBodyInErrors && reply.Status >= 400)
            reply.Body["error"]!["@Message.ExtendedInfo"]![0]!["Message"] =
                $"The value {request} and {context.Request.Headers["X-Auth-Token"]} cannot be used";
        context.Response.ContentType = "application/json";
        var bytes = Encoding.UTF8.GetBytes(reply.Body.ToJsonString());
        if (Mood.Compresses)
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(bytes);
        }
        else
        {
            await context.Response.Body.WriteAsync(bytes);
        }
    }

    private static void Set(HttpContext context, string name, string? value)
    {
        if (value is not null)
            context.Response.Headers[name] = value;
    }
}
