using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Rackboot.Cloud;
using Rackboot.Contracts.Selection;
using Rackboot.Contracts.Yaml;
using Rackboot.Core.Assets;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.BootPlane;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Configuration;
using Rackboot.Fuzzing.Engine;
using Rackboot.Redfish.Tests.Server;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>What the appliance itself reads: its configuration, documents, queries and headers of boot requests, revocation lists,
/// answers of providers.</summary>
internal static class Appliance
{
    private const string Configuration = "data: /var/lib/rackboot\nboot:\n  interfaces: [eth1]\nsubnets:\n  - subnet: 10.20.0.0/24\n"
        + "    range: 10.20.0.100-10.20.0.199\n    router: 10.20.0.1\n    dns: [10.20.0.1]\n    lease: 1h\nmachines: {unknown: discover}\n";

    private const string Documents = "apiVersion: rackboot.dev/v1\nkind: Machine\nname: node-01\nlabels: {rack: r1}\nmacs: "
        + "['52:54:00:00:00:01']\n"
        + "profile: default\naddress: 10.20.0.31\nmachineConfig: {content: 'machine: {}'}\n---\napiVersion: rackboot.dev/v1\nkind: "
        + "Profile\n"
        + "name: default\ntalos: {version: v1.14.0}\n";

    private static readonly X509Certificate2 Authority = MakeAuthority();
    private static readonly Lazy<MappedFile> Kernel = new(() => MappedFile.Open(typeof(Appliance).Assembly.Location));

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("configuration-file", "rackbootd", input => ConfigurationFile.TryParse("rackboot.yaml", Text(input), out _, out _))
        {
            Seeds = Texts(Configuration), MostMegabytes = 64,
        },
        new("documents", "Rackboot.Contracts", input => new YamlDocuments().Add("file.yaml", Text(input), "/nonexistent"))
        {
            Seeds = Texts(Documents), MostMegabytes = 64,
        },
        new("label-selector", "Rackboot.Contracts", input => _ = LabelSelector.TryParse(Text(input), out _, out _))
        {
            Seeds = Texts("rack=r1,role in (a, b),!x,y!=z,w notin (v)"),
        },
        new("boot-query", "Rackboot.Core", Query)
        {
            Seeds = Texts("mac=52:54:00:00:00:01&uuid=52610b00-7ac4-4b07-8000-525400000377&serial=S%20&platform=efi", "mac=5254-0000-0001"),
        },
        new("boot-headers", "rackbootd", Headers)
        {
            Seeds = Texts("Range: bytes=0-9", "Range: bytes=-5,7-\nIf-Range: \"0123\"", "If-Match: W/\"a\", *\nIf-Modified-Since: Sat, "
                + "21 Nov "
                + "2026 08:00:00 GMT", "If-None-Match: \"00000000000000000000000000000000\"\nIf-Unmodified-Since: x"),
        },
        new("revocation-list", "rackbootd", input => Revocations.Read(input, [Authority]))
        {
            Refusals = [typeof(InvalidDataException)], Seeds = [MakeList()],
        },
        .. Clouds.All.Select(t => new FuzzTarget($"cloud-{t.Provider}", "Rackboot.Cloud", input => Provider(t, input))
        {
            Refusals = [typeof(CloudException)], MostTime = TimeSpan.FromSeconds(3),
            MostMegabytes = 256, // each server of a list is asked for alone, and the input answers that too
            Seeds = Texts("[]", "{}", """{"servers":[{"id":"1","name":"n","status":"running","ip":"10.0.0.1"}],"data":[{"id":2}]}"""),
        }),
    ];

    private static void Query(byte[] input)
    {
        var query = QueryHelpers.ParseQuery(Text(input));
        foreach (var value in query.Values)
        {
            if (MacAddress.TryParse(value, out var mac))
                Promise(MacAddress.TryParse(mac.ToString(), out var again) && again == mac, "an address that is its own");
            AssetName.Mistake(value.ToString());
            TokenText.TryRead(value.ToString(), out _, out _);
        }
    }

    // A HEAD request with these lines as its headers, as the server hands them on: without blanks at their ends.
    private static void Headers(byte[] input)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = HttpMethods.Head;
        foreach (var line in Text(input).Split('\n'))
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
                http.Request.Headers.Append(line[..colon], line[(colon + 2)..].Trim(' ', '\t'));
        var asset = new Asset
        {
            Name = "a", File = "/a", Bytes = Kernel.Value.Length, Sha256 = new string('0', 64), Added = DateTimeOffset.UnixEpoch,
            Origin = AssetOrigin.Imported,
        };
        new AssetAnswer(asset, Kernel.Value).ExecuteAsync(http).GetAwaiter().GetResult();
        Promise(http.Response.StatusCode is 200 or 206 or 304 or 412 or 416, "a status of RFC 9110 §13 and §14");
        Promise(http.Response.ContentLength is null || http.Response.ContentLength <= Kernel.Value.Length, "a part of the file");
    }

    private static void Provider(CloudTraits traits, byte[] input)
    {
        var settings = traits.Settings.Where(s => s.Required).ToDictionary(s => s.Name, _ => "https://provider.example/x");
        var access = new CloudAccess("user", () => "secret:key", settings, new HurryingClock(), new Always(Text(input)));
        using var cloud = Clouds.Connect(traits.Provider, access);
        foreach (var ask in (Func<Task>[])
            [() => cloud.OffersAsync(default), () => cloud.ListAsync(default), () => cloud.FindAsync("1", default)])
            try
            {
                ask().GetAwaiter().GetResult();
            }
            catch (CloudException)
            {
            }
    }

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static byte[] MakeList()
    {
        var list = new CertificateRevocationListBuilder();
        list.AddEntry([1, 2, 3]);
        return list.Build(Authority, 1, DateTimeOffset.UnixEpoch.AddYears(99), HashAlgorithmName.SHA256, null,
            DateTimeOffset.UnixEpoch.AddYears(40));
    }

    private sealed class Always(string answer) : HttpMessageHandler
    {
        private int _requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Promise(_requests++ < 10_000, "a list ends");
            var isTime = request.RequestUri!.AbsolutePath.EndsWith("/auth/time", StringComparison.Ordinal); // OVH's, before all else
            return Task.FromResult(new HttpResponseMessage
            {
                Content = new StringContent(isTime ? "0" : answer), RequestMessage = request,
            });
        }
    }
}
