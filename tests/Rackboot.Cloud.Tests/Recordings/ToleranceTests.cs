using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Specs;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Cloud.Tests.Recordings;

/// <summary>Answers of other versions, and damaged ones, are read as far as they go: nothing but a refusal with a message comes of
/// them.</summary>
public sealed class ToleranceTests
{
    private const int Seeds = 60;

    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Unknown_members_and_numbers_as_texts_change_nothing(string provider)
    {
        using var cloud = await MadeAsync(provider);
        var plain = await ReadAsync(Connect(cloud, cloud));
        for (var seed = 0; seed < 10; seed++)
        {
            var random = new Random(seed);
            Assert.Equal(plain, await ReadAsync(Connect(cloud, Mutation.Of(cloud, node => Mutation.Same(node, random)))));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_missing_null_or_of_another_kind_is_left_out_or_refused(string provider)
    {
        using var cloud = await MadeAsync(provider);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var random = new Random(seed);
            await EndsWellAsync(Connect(cloud, Mutation.Of(cloud, node => Mutation.Broken(node, random))), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("latitude")]
    [InlineData("hetzner-robot")]
    [InlineData("phoenixnap")]
    public async Task Recordings_that_are_damaged_or_answer_another_question_are_read_or_refused(string provider)
    {
        var recorded = Recorded(provider).ToList();
        Assert.SkipWhen(recorded.Count == 0, "the recordings are not here");
        using SimulatedCloud account = provider == "hetzner-robot" ? new RobotSimulator() : Providers.Start(provider);
        foreach (var answer in recorded)
            for (var seed = 0; seed < 8; seed++)
            {
                var random = new Random(seed);
                using var always = new Always(seed == 0 ? answer : Mutation.Broken(answer, random)?.ToJsonString() ?? "null");
                await EndsWellAsync(Connect(account, always),
                    $"{answer?.ToJsonString()[..Math.Min(80, answer.ToJsonString().Length)]}, seed {seed}");
            }
    }

    private static async Task<SimulatedCloud> MadeAsync(string provider)
    {
        var cloud = Providers.Start(provider);
        using var driver = Connect(cloud, cloud);
        var order = new CloudOrder("node-31-rb0123456789abcdef", cloud.Plan, cloud.Location, Boot(driver.Traits, cloud));
        for (CloudPreparation prepared = new CloudPreparation.Waiting(""); ; cloud.Clock.Pass(TimeSpan.FromMinutes(2)))
            if ((prepared = await driver.PrepareAsync(order, default)) is CloudPreparation.Ready ready)
            {
                await driver.CreateAsync(order, ready.Reference, default);
                cloud.Clock.Pass(TimeSpan.FromMinutes(20));
                return cloud;
            }
    }

    private static CloudBoot Boot(CloudTraits traits, SimulatedCloud cloud) => cloud.Image is { } image
        ? new CloudBoot.CatalogueImage(image)
        : traits.Routes[0] switch
        {
            CloudRoute.InlineScript => new CloudBoot.InlineScript("#!ipxe\nexit\n"),
            CloudRoute.ScriptUrl => new CloudBoot.ScriptUrl(new Uri("https://example.net/s")),
            CloudRoute.NetBoot => new CloudBoot.NetBoot(new Uri("https://example.net/k"), new Uri("https://example.net/i"), ""),
            CloudRoute.Rescue => new CloudBoot.Rescue(new Uri("https://example.net/i.raw.xz")),
            _ => new CloudBoot.DiskImage(new Uri("https://example.net/image/i.raw.xz"), "talos"),
        };

    // Retries leap over their pauses.
    private static ICloud Connect(SimulatedCloud account, HttpMessageHandler handler) => Clouds.Connect(account.Provider,
        new CloudAccess(account.User, () => account.Secret, account.Settings, account.Clock, handler) { Shell = account.Shell });

    private static async Task<string> ReadAsync(ICloud cloud)
    {
        using var owned = cloud;
        var servers = await cloud.ListAsync(default);
        var found = await cloud.FindAsync(Assert.Single(servers).Id, default);
        var offers = (await cloud.OffersAsync(default)).Select(o => o.ToString());
        return string.Join('\n', [.. offers, .. servers.Append(found!).Select(s => $"{s} {string.Join(' ', s.Addresses)}")]);
    }

    private static async Task EndsWellAsync(ICloud cloud, string what)
    {
        using var owned = cloud;
        foreach (var ask in (Func<Task>[])[() => cloud.OffersAsync(default), () => cloud.ListAsync(default), () =>
            cloud.FindAsync("id-0001", default),
            () => cloud.FindAsync("321", default), () => cloud.DeleteAsync("id-0001", default)])
            if (await Record.ExceptionAsync(ask) is { } e and not CloudException)
                Assert.Fail($"{cloud.Traits.Provider}, {what}: {e}");
    }

    private static IEnumerable<JsonNode?> Recorded(string provider)
    {
        var folder = Path.Combine(Specification.Folder, "..", "fixtures", provider == "latitude" ? "latitudesh" : provider);
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml"))
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(File.ReadAllText(file)));
            foreach (var interaction in ((YamlSequenceNode)stream.Documents[0].RootNode["interactions"]).Children)
                if (((YamlScalarNode)interaction["response"]["body"]).Value is { Length: > 1 } body && body[0] is '{' or '[')
                    yield return JsonNode.Parse(body);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Where(f => provider != "phoenixnap" || f.Contains("bmcapi/servers", StringComparison.Ordinal) || f.Contains("products",
                StringComparison.Ordinal)))
            if (TryParse(File.ReadAllText(file)) is { } node)
                yield return (node as JsonObject)?["response"] is { } pair ? pair["body"]?.DeepClone() : node;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class Always(object? answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(request.RequestUri!.Host.StartsWith("auth.", StringComparison.Ordinal)
                    ? """{"access_token":"t","expires_in":"300"}""" : answer switch { JsonNode node => node.ToJsonString(), string text =>
                        text, _ => "null" }),
            });
    }
}
