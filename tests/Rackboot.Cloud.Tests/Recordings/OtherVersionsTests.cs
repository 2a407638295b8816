using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;

namespace Rackboot.Cloud.Tests.Recordings;

/// <summary>Shapes of answers that public clients' tests have and ours did not. The data is our own; the shape's source stands beside
/// it.</summary>
public sealed class OtherVersionsTests
{
    // cherryservers/cherrygo, testdata/allow_bmc.json: a price "per Hours" whose sum is the bill so far, an end that is "None".
    [Theory]
    [InlineData("None")]
    [InlineData("1970-01-01T03:00:00+03:00")]
    public async Task A_server_of_Cherry_Servers_costs_its_unit_and_not_its_bill_and_has_no_end(string end)
    {
        using var cloud = Connect("cherry", new Canned(("/servers/7", $$$"""
            {"id":7,"hostname":"node-31","status":"","state":"active","termination_date":"{{{end}}}",
             "plan":{"slug":"ryzen","pricing":[{"unit":"Hourly","price":0.6,"currency":"EUR"}]},"region":{"slug":"","name":"LT-Siauliai"},
             "pricing":{"unit":"Hours","unit_price":0.5,"price":12.7,"quantity":21,"currency":"EUR","taxed":true},
             "ip_addresses":[{"type":"private-ip","address":"10.1.2.3"},{"type":"primary-ip","address":"192.0.2.4"}]}
            """)), new() { ["project"] = "1" });
        var server = (await cloud.FindAsync("7", default))!;
        Assert.Equal((new Money(0.5m, "EUR"), null, CloudState.Running, "active", "LT-Siauliai"),
            (server.Hourly, server.Ends, server.State, server.Word, server.Location));
        Assert.Equal("192.0.2.4", server.Addresses[0].ToString());
    }

    // scaleway/terraform-provider-scaleway, internal/services/baremetal/testdata/data-source-offer-basic.cassette.yaml: bytes in tens.
    [Theory]
    [InlineData(32_000_000_000, 32)]
    [InlineData(34_359_738_368, 32)]
    public async Task Scaleway_tells_memory_in_bytes_of_either_kind(long bytes, int expected)
    {
        using var cloud = Connect("scaleway", new Canned(("/offers", $$$"""
            {"total_count":1,"offers":[{"id":"1","name":"EM-X","memories":[{"capacity": {{{bytes}}} }],"stock":"low","price_per_hour":null,
             "price_per_month":{"currency_code":"EUR","units":73,"nanos":0}}]}
            """)), new() { ["zone"] = "fr-par-2", ["project"] = "p" });
        var offer = Assert.Single(await cloud.OffersAsync(default));
        Assert.Equal((expected, new Money(0.1m, "EUR")), (offer.MemoryGiB!.Value, offer.Hourly));
    }

    // G-Core/gcorelabscloud-go, gcore/flavor/v1/flavors/testing/fixtures.go has a list alone; gcore-go asks bminstances for a server.
    [Theory]
    [InlineData("""[{"flavor_id":"bm1","currency_code":"USD","price_per_hour":"0.42","ram":16384}]""")]
    [InlineData("""{"count":1,"results":[{"flavor_id":"bm1","currency_code":"USD","price_per_hour":0.42,"ram":16384,"capacity":null}]}""")]
    public async Task Gcore_lists_flavors_with_or_without_a_wrapping(string body)
    {
        using var cloud = Connect("gcore", new Canned(("/bmflavors/1/2", body)), new() { ["project"] = "1", ["region"] = "2" });
        var offer = Assert.Single(await cloud.OffersAsync(default));
        Assert.Equal(("bm1", new Money(0.42m, "USD"), 16m, CloudStock.Unknown),
            (offer.Plan, offer.Hourly!.Value, offer.MemoryGiB!.Value, offer.Stock));
    }

    [Fact]
    public async Task Gcores_capacity_is_read_from_its_own_list_where_flavors_come_without_it()
    {
        using var cloud = Connect("gcore", new Canned(
            ("/bmflavors/1/2", """{"results":[{"flavor_id":"a"},{"flavor_id":"b"},{"flavor_id":"c"}]}"""),
            ("/bmcapacity/1/2", """{"capacity":{"a":3,"b":"0"}}""")), new() { ["project"] = "1", ["region"] = "2" });
        Assert.Equal([CloudStock.In, CloudStock.Out, CloudStock.Unknown], (await cloud.OffersAsync(default)).Select(o => o.Stock));
    }

    [Theory]
    [InlineData("/bminstances/1/2/x", """{"id":"x","name":"n","status":"ACTIVE","addresses":{"a":[{"addr":"192.0.2.9"}]}}""")]
    [InlineData("/instances/1/2/x",
        """{"instance_id":"x","instance_name":"n","status":"ACTIVE","addresses":{"a":[{"addr":"192.0.2.9"}]}}""")]
    public async Task Gcore_is_asked_for_a_server_at_its_new_and_its_old_address(string path, string body)
    {
        using var cloud = Connect("gcore", new Canned((path, body)), new() { ["project"] = "1", ["region"] = "2" });
        var server = await cloud.FindAsync("x", default);
        Assert.Equal(("x", "n", CloudState.Running, "192.0.2.9"),
            (server!.Id, server.Name, server.State, server.Addresses[0].ToString()));
        Assert.Null(await cloud.FindAsync("y", default));
    }

    // hivelocity/hivelocity-client-go, swagger.yaml: billingCancelDate is a number, and 0 or beside hasCancellation false it is none.
    [Theory]
    [InlineData("0", "null", null)]
    [InlineData("1798761600", "false", null)]
    [InlineData("1798761600", "true", "2027-01-01")]
    public async Task Hivelocity_tells_an_end_in_seconds_where_there_is_one(string date, string cancelled, string? expected)
    {
        using var cloud = Connect("hivelocity", new Canned(("/device/9",
            $$"""{"deviceId":9,"hostname":"h","spsStatus":"IN_USE","billingCancelDate":{{date}},"hasCancellation":{{cancelled}}}""")), []);
        Assert.Equal(expected, (await cloud.FindAsync("9", default))!.Ends);
    }

    // digitalocean/openapi, POST /v2/droplets: "Multiple Droplet Create Response".
    [Fact]
    public async Task DigitalOcean_answers_an_order_with_one_droplet_or_a_list()
    {
        using var cloud = Connect("digitalocean", new Canned(("/v2/droplets",
            """{"droplets":[{"id":3,"name":"n","status":"new","size":{"slug":"s-1"},"region":{"slug":"","name":"New York 3"}}]}""")),
            new() { ["sshKey"] = "1" });
        var made = await cloud.CreateAsync(Order(new CloudBoot.CatalogueImage("5")), "5", default);
        Assert.Equal(("3", CloudState.Provisioning, "s-1", "New York 3"), (made.Id, made.State, made.Plan, made.Location));
    }

    [Fact]
    public async Task Linodes_console_is_a_gateway_of_its_region()
    {
        using var cloud = Connect("linode", new Canned(("/profile", """{"username":"operator"}"""),
            ("/instances/7", """{"id":7,"label":"node-31","status":"running","region":"us-east"}""")), []);
        Assert.Equal(new CloudConsole(CloudConsoleKind.Ssh, "ssh -t operator@lish-us-east.linode.com node-31", "operator"),
            await cloud.OpenConsoleAsync("7", new CloudVisitor(null, null), default));
    }

    // zenlayer/zenlayercloud-sdk-go, zenlayercloud/bmc20221120: InstanceType, AvailableResource, Price.
    [Fact]
    public async Task Zenlayer_tells_memory_disks_and_shortage_and_prices_on_a_question()
    {
        using var cloud = Connect("zenlayer", new Canned(
            ("#DescribeInstanceTypes", """
                {"response":{"instanceTypes":[{"instanceTypeId":"M6C","cpuDetail":"2 x 6226R","cpuCores":32,"cpuCoreCount":0,
                 "memorySize":256,"diskInfo":{"diskDescription":"","disks":[{"diskSize":960,"diskCount":2}]}}]}}
                """),
            ("#DescribeAvailableResources",
                """{"response":{"availableResources":[{"zoneId":"SEL-A","instanceTypeId":"M6C","sellStatus":"SELL_SHORTAGE","qty":3}]}}"""),
            ("#InquiryPriceCreateInstance", """
                {"response":{"instancePrice":{"unitPrice":0.5,"discountUnitPrice":0.4,"chargeUnit":"HOUR"},
                 "primaryIpPrice":{"unitPrice":0.24,"chargeUnit":"DAY"},"bandwidthPrice":[{"unitPrice":"7.3","chargeUnit":"MONTH"}]}}
                """)),
            new() { ["currency"] = "USD" });
        var offer = Assert.Single(await cloud.OffersAsync(default));
        Assert.Equal(("2 x 6226R", 32, 256m, "2 x 960 GB", CloudStock.Low, null),
            (offer.Cpu, offer.Cores, offer.MemoryGiB, offer.Disks, offer.Stock, offer.Hourly));
        Assert.Equal(new Money(0.42m, "USD"), (await cloud.PriceAsync(offer, default)).Hourly);
    }

    [Fact]
    public async Task Zenlayer_has_no_price_without_a_currency_or_where_a_part_has_steps()
    {
        var offer = new CloudOffer { Plan = "M6C", Location = "SEL-A" };
        using var without = Connect("zenlayer", new Canned(), []);
        Assert.Null((await without.PriceAsync(offer, default)).Hourly);
        using var steps = Connect("zenlayer", new Canned(("#InquiryPriceCreateInstance", """
            {"response":{"instancePrice":{"unitPrice":0.5,"chargeUnit":"HOUR"},"bandwidthPrice":[{"stepPrices":[{"unitPrice":1}]}]}}
            """)), new() { ["currency"] = "USD" });
        Assert.Null((await steps.PriceAsync(offer, default)).Hourly);
    }

    // zenlayer/zenlayercloud-sdk-go, zenlayercloud/bmc20221120/errors.go, and docs.console.zenlayer.com, which writes underscores.
    [Theory]
    [InlineData("Resource.Soldout.Instance.type", CloudFailure.SoldOut)]
    [InlineData("RESOURCE_SOLDOUT_INSTANCE_TYPE", CloudFailure.SoldOut)]
    [InlineData("Operation.Denied.Instance.Quota.Exceed", CloudFailure.Quota)]
    [InlineData("Operation.Denied.Instance.Creating", CloudFailure.WrongState)]
    public async Task Zenlayer_writes_codes_of_errors_with_dots_or_underscores(string code, CloudFailure expected)
    {
        using var cloud = Connect("zenlayer", new Canned(("#CreateInstances",
            $$"""{"requestId":"1","code":"{{code}}","message":"no"}""")) { Status = HttpStatusCode.BadRequest }, []);
        var e = await Assert.ThrowsAsync<CloudException>(() =>
            cloud.CreateAsync(Order(new CloudBoot.ScriptUrl(new Uri("https://example.net/s"))), null, default));
        Assert.Equal((expected, false), (e.Failure, e.MayHaveHappened));
    }

    [Theory]
    [InlineData("latitude", "regions")]
    [InlineData("vultr", "regions", "availability")]
    [InlineData("digitalocean", "regions")]
    [InlineData("hetzner-cloud", "locations", "pricing")]
    [InlineData("hivelocity", "locations")]
    [InlineData("linode", "availability")]
    [InlineData("phoenixnap", "product-availability")]
    public async Task Offers_keep_plan_place_and_price_where_the_login_sees_no_names_and_no_stock(string provider, params string[] withheld)
    {
        using var account = Providers.Start(provider);
        foreach (var status in (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound])
        {
            using var wire = new Withholding(account, status, withheld);
            using var cloud = Clouds.Connect(provider,
                new CloudAccess(account.User, () => account.Secret, account.Settings, account.Clock, wire) { Shell = account.Shell });
            var offer = (await cloud.OffersAsync(default)).First(o => o.Plan == account.Plan && o.Location == account.Location);
            Assert.Equal(account.Hourly, offer.Hourly!.Value.Amount);
        }
    }

    private static CloudOrder Order(CloudBoot boot) => new("node-31-rb0123456789abcdef", "plan", "place", boot);

    private static ICloud Connect(string provider, HttpMessageHandler handler, Dictionary<string, string> settings) =>
        Clouds.Connect(provider, new CloudAccess("user", () => "secret-token", settings, new LeapingClock(), handler));

    /// <summary>Answers by the end of a path, or by what stands behind its <c>#</c>; anything else is not found.</summary>
    private sealed class Canned(params (string At, string Body)[] answers) : HttpMessageHandler
    {
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var url = request.RequestUri!;
            var known = answers.FirstOrDefault(a => a.At == url.Fragment
                || (a.At[0] == '/' && url.AbsolutePath.EndsWith(a.At, StringComparison.Ordinal)));
            return Task.FromResult(known.Body is null
                ? Write(HttpStatusCode.NotFound, """{"message":"no such thing"}""") : Write(Status, known.Body));
        }
    }

    private sealed class Withholding(HttpMessageHandler inner, HttpStatusCode status, string[] ends) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            ends.Contains(request.RequestUri!.AbsolutePath.Split('/')[^1])
                ? Task.FromResult(Write(status, new JsonObject { ["message"] = "not for you" }.ToJsonString()))
                : base.SendAsync(request, cancellationToken);
    }

    private static HttpResponseMessage Write(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
