using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Rackboot.Fuzzing.Engine;
using Rackboot.Redfish;
using Rackboot.Redfish.Tests.Server;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>Redfish: what a BMC, or somebody in its place, answers.</summary>
internal static class Redfish
{
    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("redfish-answer", "Rackboot.Redfish", Answer)
        {
            Refusals = [typeof(RedfishException)], MostMegabytes = 8,
            Seeds = Texts("{\"@odata.etag\":\"W/1\",\"Members\":[{\"@odata.id\":\"/a\"}]}",
                "{\"error\":{\"code\":\"Base.1.8.GeneralError\",\"@Message.ExtendedInfo\":[{\"Message\":\"no\",\"MessageId\":\"X\"}]}}",
                "\uFEFF{\"a\":[1e400,null,true]}", "<html>busy</html>"),
        },
        new("redfish-events", "Rackboot.Redfish", Lines)
        {
            Refusals = [typeof(InvalidDataException)], Seeds = Texts("data: {\"Events\":[]}\n\nid: 1\ndata:x\ndata: y\r\n\r\n:hello\n\n"),
        },
        new("redfish-service", "Rackboot.Redfish", Service)
        {
            Refusals = [typeof(RedfishException)], MostBytes = 64 * 1024, MostMegabytes = 256, MostTime = TimeSpan.FromSeconds(5),
            Seeds = [.. new[] { "plain", "tray" }.Select(Tree)],
        },
    ];

    private static void Answer(byte[] input)
    {
        using var response = new HttpResponseMessage(input.Length % 2 == 0 ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
        response.Content = new ByteArrayContent(input);
        var answer = new AnswerReader("bmc", 1 << 20, 64, TimeProvider.System).ReadAsync(response, default).GetAwaiter().GetResult();
        ServiceMessage.Everything(answer.Body);
    }

    private static void Lines(byte[] input) => LinesAsync(input).GetAwaiter().GetResult();

    private static async Task LinesAsync(byte[] input)
    {
        using var stream = new MemoryStream(input);
        await foreach (var data in EventLines.ReadAsync(stream, 64, default))
            Promise(data.Length <= 66, "no event is larger than allowed");
    }

    // A line a resource: its path, a space, its JSON. One that is not listed does not exist.
    private static byte[] Tree(string name)
    {
        var lines = new StringBuilder();
        using var tree = typeof(Redfish).Assembly.GetManifestResourceStream(name)!;
        foreach (var (path, resource) in JsonNode.Parse(tree)!.AsObject())
            lines.Append(path.TrimEnd('/')).Append(' ').Append(resource!.ToJsonString()).Append('\n');
        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    private static void Service(byte[] input) => ServiceAsync(input).GetAwaiter().GetResult();

    private static async Task ServiceAsync(byte[] input)
    {
        var resources = new Dictionary<string, string>();
        foreach (var line in Text(input).Split('\n'))
            if (line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end)
                resources[line[..end]] = line[(end + 1)..];
        await using var service = new RedfishService(new RedfishOptions
        {
            Address = new Uri("http://bmc"), AllowPlainHttp = true, Credential = new RedfishCredential("user", "password"),
            Trust = RedfishTrust.FirstUse(), Authentication = RedfishAuthentication.Basic, BusyLimit = TimeSpan.FromSeconds(5),
            Handler = new Tape(resources),
        }, new HurryingClock());
        foreach (var ask in (Func<Task>[])[() => service.ReadRootAsync(), () => service.Discovery.IdentityAsync(),
            () => service.Power.ReadAsync(), () => service.Boot.ReadAsync(), () => service.Bios.ReadAsync(),
            () => service.Media.ListAsync(), () => service.SecureBoot.ReadAsync(), () => service.Firmware.ReadAsync(),
            () => service.Sensors.ReadAsync(), () => service.Hardware.ProcessorsAsync(), () => service.Hardware.MemoryAsync(),
            () => service.Hardware.DrivesAsync(), () => service.Hardware.NetworkAdaptersAsync(),
            () => service.Hardware.EthernetPortsAsync(), () => service.Hardware.PcieDevicesAsync(functions: true),
            () => service.Hardware.AcceleratorsAsync(), () => service.Accounts.ListAsync(), () => LogsAsync(service)])
            try
            {
                await ask();
            }
            catch (RedfishException)
            {
            }
    }

    private static async Task LogsAsync(RedfishService service)
    {
        foreach (var log in await service.Logs.ListAsync())
            await service.Logs.ReadAsync(log);
    }

    private sealed class Tape(Dictionary<string, string> resources) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var known = resources.TryGetValue(request.RequestUri!.AbsolutePath.TrimEnd('/'), out var text);
            var response = new HttpResponseMessage(known ? HttpStatusCode.OK : HttpStatusCode.NotFound)
            {
                Content = new StringContent(text ?? "{}"), RequestMessage = request,
            };
            response.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return Task.FromResult(response);
        }
    }
}
