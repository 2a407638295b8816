using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.BootPlane;

/// <summary>HTTP on the boot network: scripts, boot files, machine configurations, and nothing else.</summary>
internal sealed class BootPlaneServer(
    BootDesk desk, AssetStore assets, BootLog boots, Inventory inventory, AddressBook addresses, ConfigDelivery configs,
    AssetPulls pulls, Sightings sightings, Counters counters, TimeProvider time, ILoggerFactory logs)
{
    // Firmware stops reading for seconds while it starts a program; a client that reads nothing for two minutes is gone.
    private static readonly MinDataRate SlowestClient = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromMinutes(2));

    // Connections at once, of all sources; a rack of a thousand machines has a few thousand.
    private const int MostConnections = 16_384;

    /// <summary>Builds the server, with the paths of all parts; the caller starts and stops it.</summary>
    /// <param name="mostOfOneSource">Connections at once of one address.</param>
    public WebApplication Build(BootAddresses own, int port, int mostOfOneSource, IReadOnlyList<IPart> parts)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(new ConnectionPlaces(
            Descriptors.For(MostConnections, Descriptors.OfBootHttp), mostOfOneSource, client => addresses.At(client) is not null,
            () => counters.Add("http.connections gave way")));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(new BootEndPoint(own, port), listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? ContentLengthDigits.Instance : null;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxResponseBufferSize = 1024 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(30);
            kestrel.Limits.MinResponseDataRate = SlowestClient;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        });
        var app = builder.Build();
        app.Use(KnownMethod);
        app.MapMethods("/boot.ipxe", ["GET", "HEAD"], (Delegate)Bootstrap);
        app.MapMethods("/autoexec.ipxe", ["GET", "HEAD"], (Delegate)Bootstrap);
        app.MapMethods("/ipxe", ["GET", "HEAD"], (Delegate)ScriptAsync);
        var files = new OpenFiles(time);
        app.Lifetime.ApplicationStopped.Register(files.Dispose);
        app.MapMethods("/assets/{**name}", ["GET", "HEAD"], (HttpContext http, string name) => Asset(http, name, files));
        app.MapMethods("/config/{token}", ["GET", "HEAD"], (Delegate)ConfigAsync);
        foreach (var part in parts)
            part.MapBootPlane(app);
        app.MapFallback("{**path}", (Delegate)NotFound); // also a name with a dot, which the framework does not route by default
        return app;
    }

    // RFC 9110 §9.1: methods are case-sensitive, and one that is not known is 501; the framework's routes take `get` for GET.
    private static Task KnownMethod(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Method.AsSpan().ContainsAnyInRange('a', 'z'))
        {
            http.Response.StatusCode = StatusCodes.Status501NotImplemented;
            return Task.CompletedTask;
        }

        return next(http);
    }

    private IResult Bootstrap(HttpContext http)
    {
        var script = IpxeScript.Bootstrap(Server(http));
        if (Machine(http) is { } machine)
            boots.SmallFile(machine.Id, "http", http.Request.Path.Value!.TrimStart('/'), script.Length);
        return Script(script);
    }

    private async Task<IResult> ScriptAsync(HttpContext http)
    {
        counters.Add("http.scripts");
        var query = http.Request.Query;
        var source = Source(http);
        if (!MacAddress.TryParse(query["mac"], out var mac) || !mac.IsUnicast)
        {
            counters.Add("http.scripts without a MAC");
            return Script(
                IpxeScript.Wait(Server(http), "a machine without a MAC address", "iPXE sent no MAC address", desk.Settings.Poll));
        }

        var identity = new MachineIdentity
        {
            Mac = mac,
            Uuid = Guid.TryParse(query["uuid"], out var uuid) ? uuid : null,
            Serial = Word(query["serial"]),
            Manufacturer = Word(query["manufacturer"]),
            Product = Word(query["product"]),
        };
        var request = new ScriptRequest(identity, Firmware(query["platform"]), Architecture(query["buildarch"]), source, Device(http),
            http.Connection.LocalIpAddress!.MapToIPv4());
        return await desk.ScriptAsync(request).ConfigureAwait(false) is { } script ? Script(script) : Results.NotFound();
    }

    private IResult Asset(HttpContext http, string name, OpenFiles files)
    {
        if (assets.Find(name) is not { } asset)
        {
            if (inventory.Profiles.Values.FirstOrDefault(p => p.KernelAsset == name || p.InitramfsAsset == name) is { } profile
                && pulls.Want(profile, name) is { } fetch)
            {
                if (fetch.Total is { } total)
                    AssetTransfer.Follow(http, name, total, Machine(http), boots, counters);
                return new ArrivingAnswer(fetch, "application/octet-stream");
            }

            counters.Add("http.assets not found");
            Missing(http, name, "which is not in the asset store");
            return Results.NotFound();
        }

        MappedFile file;
        try
        {
            file = files.Open(asset.File);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            counters.Add("http.assets not found");
            Remark(http, $"asked for {asset.Name}, whose file is unreadable ({e.Message})", new Fact(FactKind.FileDamaged, asset.Name));
            return Results.NotFound();
        }

        http.Response.RegisterForDispose(file);
        if (asset.Origin == AssetOrigin.Imported && file.Length != asset.Bytes)
        {
            counters.Add("http.assets not found");
            Remark(http, $"asked for {asset.Name}, whose file has {file.Length:N0} bytes instead of the imported {asset.Bytes:N0}",
                new Fact(FactKind.FileDamaged, asset.Name));
            return Results.NotFound();
        }

        AssetTransfer.Follow(http, asset.Name, asset.Bytes, Machine(http), boots, counters);
        return new AssetAnswer(asset, file);
    }

    private async Task<IResult> ConfigAsync(HttpContext http, string token)
    {
        var source = Source(http);
        var query = new ConfigQuery(
            MacAddress.TryParse(http.Request.Query["mac"], out var mac) ? mac : null,
            Guid.TryParse(http.Request.Query["uuid"], out var uuid) ? uuid : null);
        var answer = configs.Open(token, source, Device(http), query);
        if (answer.Config is not { } config)
        {
            counters.Add("http.configurations refused");
            return Results.Text("refused; see the appliance's events\n", "text/plain", statusCode: StatusCodes.Status403Forbidden);
        }

        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentType = "application/yaml";
        http.Response.ContentLength = config.Length;
        if (HttpMethods.IsHead(http.Request.Method))
            return Results.Empty;
        await http.Response.Body.WriteAsync(config.Reveal(), http.RequestAborted).ConfigureAwait(false);
        await http.Response.CompleteAsync().ConfigureAwait(false);
        counters.Add("http.configurations delivered");
        await configs.DeliveredAsync(answer.Machine!, answer.Boot!, source, config.Length).ConfigureAwait(false);
        return Results.Empty;
    }

    private IResult NotFound(HttpContext http)
    {
        counters.Add("http.not found");
        Missing(http, http.Request.Path.Value ?? "", "which is not a path of this appliance");
        return Results.NotFound();
    }

    private static IResult Script(string script) => Results.Text(script, "text/plain");

    private string Server(HttpContext http) => desk.Settings.Server(http.Connection.LocalIpAddress!.MapToIPv4().ToString());

    private static IPAddress Source(HttpContext http) => http.Connection.RemoteIpAddress!.MapToIPv4();

    private static string Device(HttpContext http) => http.Features.Get<ConnectionDevice>()!.Name;

    private Machine? Machine(HttpContext http) => addresses.At(Source(http)) is { } id ? inventory.Fleet[id] : null;

    private void Missing(HttpContext http, string name, string why) =>
        Remark(http, $"asked for {Shown(name)} by HTTP{(HttpMethods.IsGet(http.Request.Method) ? "" : $" ({http.Request.Method})")}, {why}",
            new Fact(FactKind.FileMissing, Shown(name)));

    private void Remark(HttpContext http, string text, Fact fact)
    {
        if (Machine(http) is { } machine)
            boots.Saw(machine, "http", text, Core.Events.Level.Warning, fact);
        else
            sightings.Add(Source(http), fact, text);
    }

    private static FirmwareKind? Firmware(string? platform) =>
        platform switch { "pcbios" => FirmwareKind.Bios, "efi" => FirmwareKind.Uefi, _ => null };

    // iPXE's names; an i386 build runs on BIOS machines, which are taken for amd64 (as their 64-bit UEFI builds say themselves).
    private static string? Architecture(string? buildarch) => buildarch switch
    {
        "i386" or "x86_64" => "amd64",
        "arm64" => "arm64",
        "arm32" => "arm",
        "riscv64" or "riscv32" or "loong64" => buildarch,
        _ => null,
    };

    // People see the machine's claims: make them printable and limit their length.
    private static string? Word(string? text)
    {
        if (text is null)
            return null;
        var word = new string([.. text.Where(c => c is >= ' ' and <= '~').Take(128)]).Trim();
        return word.Length == 0 ? null : word;
    }

    private static string Shown(string name) => name.Length > 100 ? name[..100] + "…" : name;
}
