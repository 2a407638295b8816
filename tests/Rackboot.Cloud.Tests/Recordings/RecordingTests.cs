using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rackboot.Cloud.Tests.Specs;
using Rackboot.Cloud.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Cloud.Tests.Recordings;

/// <summary>Answers that providers really gave, with the request compared.</summary>
public sealed class RecordingTests
{
    private static string Folder => Path.Combine(Specification.Folder, "..", "fixtures");

    [Fact]
    public async Task Latitude_tells_a_server_from_its_order_to_its_end()
    {
        using var replay = Replay.Cassette(Path.Combine(Folder, "latitudesh", "TestAccServer_Basic.yaml"));
        using var cloud = Connect("latitude", replay, new() { ["project"] = "proj_gXQvNedwV0zpb" });
        // The recording orders Ubuntu and we order iPXE: what both say is the same.
        var order = new CloudOrder("test", "c2-small-x86", "SAO", new CloudBoot.InlineScript("#!ipxe\nboot\n"));
        var made = await cloud.CreateAsync(order, null, CancellationToken.None);
        Assert.Equal(("sv_ZWr75Zbjr5A91", CloudState.Ordered, "177.54.146.23"), (made.Id, made.State, made.Addresses[0].ToString()));
        var sent = JsonNode.Parse(replay.Sent[0].Body)!["data"]!["attributes"]!.AsObject();
        var recorded = JsonNode.Parse(replay.Recorded[0].Body)!["data"]!["attributes"]!.AsObject();
        foreach (var name in (string[])["project", "plan", "site", "hostname"])
            Assert.Equal((string?)recorded[name], (string?)sent[name]);

        var server = await cloud.FindAsync(made.Id, CancellationToken.None);
        Assert.Equal((CloudState.Running, true, new Money(0.18m, "USD"), "SAO"),
            (server!.State, server.On, server.Hourly, server.Location));
        replay.SkipTo("DELETE");
        await cloud.DeleteAsync(made.Id, CancellationToken.None);
        Assert.Null(await cloud.FindAsync(made.Id, CancellationToken.None));
        Assert.All(replay.Sent.Zip(replay.Matched), pair =>
            Assert.Equal((pair.Second.Method, pair.Second.Path), (pair.First.Method, pair.First.Path)));
    }

    [Fact]
    public void Latitude_tells_plans_with_prices_and_stock()
    {
        Needs("latitudesh");
        using var replay = Replay.Cassette(Path.Combine(Folder, "latitudesh", "TestAccPlan_Basic.yaml"));
        var plan = JsonNode.Parse(replay.Recorded[0].Answer)!["data"]![0]!;
        var offers = Cloud.Latitude.LatitudeAnswers.Offers(Replay.Answer(plan), "USD", new Dictionary<string, string>()).ToList();
        var santiago = offers.Single(o => o.Location == "SAN3");
        Assert.Equal((new Money(0.22m, "USD"), CloudStock.In, 4, 32m), (santiago.Hourly, santiago.Stock, santiago.Cores,
            santiago.MemoryGiB));
        Assert.Equal(CloudStock.Out, offers.Single(o => o.Location == "FRA").Stock);
        Assert.Equal(CloudStock.Low, offers.Single(o => o.Location == "BGT").Stock);
    }

    [Fact]
    public async Task The_Robot_tells_servers_and_says_when_there_is_none()
    {
        using var replay = Replay.Files(
            ("GET", "/server", "server_list.json", 200), ("GET", "/server/321", "server_get.json", 200),
                ("GET", "/server/1", "server_get_404.json", 404),
            ("POST", "/reset/321", "reset_post.json", 200));
        using var cloud = Connect("hetzner-robot", replay, []);
        var servers = await cloud.ListAsync(CancellationToken.None);
        Assert.Equal(["321", "421"], servers.Select(s => s.Id));
        Assert.Equal(["123.123.123.123", "2a01:4f8:111:4221::"], servers[0].Addresses.Select(a => a.ToString()));
        Assert.Equal(CloudState.Running, (await cloud.FindAsync("321", CancellationToken.None))!.State);
        Assert.Null(await cloud.FindAsync("1", CancellationToken.None));
        await cloud.SwitchAsync("321", CloudSwitch.Reset, CancellationToken.None);
        Assert.Equal("type=hw", replay.Sent[^1].Body);
    }

    [Fact]
    public async Task phoenixNAP_tells_servers_and_prices_as_its_payloads_have_them()
    {
        using var replay = Replay.Pairs("phoenixnap/bmcapi/servers/servers_get.json", "phoenixnap/bmcapi/servers/servers_get_by_id.json",
            "phoenixnap/bmcapi/servers/servers_action_power_off.json", "phoenixnap/bmcapi/servers/servers_action_deprovision.json",
            "phoenixnap/billingapi/products/products_get.json", "phoenixnap/billingapi/products/product_availability_get.json");
        using var cloud = Connect("phoenixnap", replay, []);
        var server = Assert.Single(await cloud.ListAsync(CancellationToken.None));
        Assert.Equal("hostname.com", server.Name);
        var id = replay.Recorded[1].Path.Split('/')[^1];
        Assert.NotNull(await cloud.FindAsync(id, CancellationToken.None));
        await cloud.SwitchAsync(id, CloudSwitch.Off, CancellationToken.None);
        Assert.IsType<CloudRelease.Done>(await cloud.DeleteAsync(id, CancellationToken.None));
        var offer = Assert.Single(await cloud.OffersAsync(CancellationToken.None));
        Assert.Equal(("d1.tiny", "PHX", new Money(1, "USD"), 25), (offer.Plan, offer.Location, offer.Hourly, offer.Cores));
    }

    private static void Needs(string provider) => Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, provider)), "the recordings are "
        + "not here");

    private static ICloud Connect(string provider, Replay replay, Dictionary<string, string> settings) =>
        Clouds.Connect(provider, new CloudAccess("user", () => "secret-token", settings, new LeapingClock(), replay));

    /// <summary>Plays recordings: each request is answered by the next recorded one that is like it.</summary>
    private sealed class Replay(List<Exchange> recorded) : HttpMessageHandler
    {
        private int _next;

        public List<Exchange> Recorded => recorded;
        public List<Exchange> Sent { get; } = [];
        public List<Exchange> Matched { get; } = [];

        public static Replay Cassette(string path)
        {
            Assert.SkipUnless(File.Exists(path), "the recordings are not here");
            var stream = new YamlStream();
            stream.Load(new StringReader(File.ReadAllText(path)));
            return new Replay([.. ((YamlSequenceNode)stream.Documents[0].RootNode["interactions"]).Children.Select(i => new Exchange(
                Text(i["request"]["method"]), new Uri(Text(i["request"]["url"])).AbsolutePath, Text(i["request"]["body"]),
                    int.Parse(Text(i["response"]["code"]), null), Text(i["response"]["body"])))]);
        }

        public static Replay Files(params (string Method, string Path, string File, int Status)[] answers)
        {
            Needs("hetzner-robot");
            return new Replay([.. answers.Select(a =>
                new Exchange(a.Method, a.Path, "", a.Status, File.ReadAllText(Path.Combine(Folder, "hetzner-robot", a.File))))]);
        }

        public static Replay Pairs(params string[] files)
        {
            Needs("phoenixnap");
            return new Replay([.. files.Select(f => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, f)))!).Select(pair => new Exchange(
                (string)pair["request"]!["method"]!, (string)pair["request"]!["path"]!, pair["request"]!["body"]?["json"]?.ToJsonString()
                    ?? "",
                (int)pair["response"]!["statusCode"]!, pair["response"]!["body"]?.ToJsonString() ?? ""))]);
        }

        public static Cloud.Http.Answer Answer(JsonNode node) => new(System.Text.Json.JsonDocument.Parse(node.ToJsonString()).RootElement);

        public void SkipTo(string method) => _next = recorded.FindIndex(_next, r => r.Method == method);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var url = request.RequestUri!;
            if (url.Host == "auth.phoenixnap.com")
                return new HttpResponseMessage(HttpStatusCode.OK)
                    { Content = new StringContent("""{"access_token":"t","expires_in":"300"}""") };
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            var found = recorded.FindIndex(_next, r => r.Method == request.Method.Method
                && r.Path == Uri.UnescapeDataString(url.AbsolutePath));
            Assert.True(found >= 0, $"{request.Method} {url.AbsolutePath} is in no recording");
            Sent.Add(new Exchange(request.Method.Method, Uri.UnescapeDataString(url.AbsolutePath), body, 0, ""));
            Matched.Add(recorded[found]);
            _next = recorded[found].Method is "DELETE" or "POST" && found + 1 < recorded.Count
                && recorded[found].Path.StartsWith("/servers", StringComparison.Ordinal) ? found + 1 : _next;
            return new HttpResponseMessage((HttpStatusCode)recorded[found].Status)
                { Content = new StringContent(recorded[found].Answer, Encoding.UTF8, "application/json") };
        }

        private static string Text(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
    }

    private sealed record Exchange(string Method, string Path, string Body, int Status, string Answer);
}
