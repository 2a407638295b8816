using System.Net;
using System.Text;
using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;

namespace Rackboot.Cloud.Tests.Servers;

/// <summary>Nodes of Ironic, which are used again. The shapes are those of openstack/ironic, api-ref/source/samples.</summary>
public sealed class IronicTests
{
    [Fact]
    public async Task A_node_boots_the_kernel_of_Talos_with_its_arguments()
    {
        using var rack = await CloudRack.StartAsync(new IronicSimulator());
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(30);
        Assert.EndsWith("/v1.13.9/kernel-amd64", Assert.Single(rack.Cloud.Servers).Boot, StringComparison.Ordinal);
        var patch = rack.Cloud.Requests.Single(r => r.Method == HttpMethod.Patch).Json.AsArray();
        Assert.Contains("talos.platform=metal slab_nomerge pti=on",
            (string?)patch.Single(p => (string?)p!["path"] == "/instance_info/kernel_append_params")!["value"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_of_one_node_stands_in_its_kernel_arguments_where_configurations_are_handed_out()
    {
        using var rack = await CloudRack.StartAsync(new IronicSimulator(), handsOut: true);
        await rack.PlaceAsync("node-31", config: "version: v1alpha1");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(30);
        Assert.Contains("talos.config=https://boot.example.net:8443/configuration/",
            rack.Cloud.Requests.Single(r => r.Method == HttpMethod.Patch).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_allocation_that_finds_no_node_is_taken_back_and_tried_again()
    {
        using var rack = await CloudRack.StartAsync(new IronicSimulator());
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        // The offer still says that there is one.
        rack.Cloud.Faults = request =>
        {
            rack.Cloud.SoldOut = rack.Cloud.IsCreate(request);
            return Fault.None;
        };
        await rack.RoundsAsync(2);
        Assert.StartsWith("nothing was bought: Ironic found no node", rack.Placement("node-31").Problem, StringComparison.Ordinal);
        Assert.Contains(rack.Cloud.Requests, r => r.Method == HttpMethod.Delete && r.Path[^2] == "allocations");
        rack.Cloud.Faults = null;
        rack.Cloud.SoldOut = false;
        await rack.RoundsAsync(60);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
    }

    [Fact]
    public async Task A_node_that_serves_somebody_else_by_now_is_not_released_again()
    {
        var requests = new List<string>();
        // The allocation is gone, and its node has another instance.
        using var cloud = Standalone(request =>
        {
            requests.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return request.RequestUri!.AbsolutePath == "/v1/nodes/detail" ? """{"nodes":[]}""" : null;
        });
        Assert.IsType<CloudRelease.Done>(await cloud.DeleteAsync("5344a3e2-978a-444e-990a-cbf47c62ef88", default));
        Assert.Null(await cloud.FindAsync("5344a3e2-978a-444e-990a-cbf47c62ef88", default));
        Assert.All(requests, line => Assert.StartsWith("GET", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_somebody_else_allocated_is_installed_anew_once_where_the_document_says_so_and_stays()
    {
        using var rack = await CloudRack.StartAsync(new IronicSimulator());
        var order = new CloudOrder("theirs", rack.Cloud.Plan, rack.Cloud.Location,
            new CloudBoot.NetBoot(new Uri("https://example.net/k"), new Uri("https://example.net/i"), ""));
        var rented = await rack.Lines.AskAsync(rack.Provider, (cloud, stop) => cloud.CreateAsync(order, null, stop),
            CancellationToken.None);
        await rack.PlaceAsync("node-1", new Place("here", null, null, rented.Id, Install: true));
        await rack.RoundsAsync(30);
        Assert.True(rack.Placement("node-1").Stage == PlacementStage.Running, rack.Placement("node-1").Problem);
        Assert.EndsWith("/kernel-amd64", Assert.Single(rack.Cloud.Servers).Boot, StringComparison.Ordinal);
        Assert.Single(rack.Cloud.Requests, r => r.Path[^1] == "provision");
        await rack.DeleteAsync("node-1");
        await rack.RoundsAsync(3);
        Assert.Single(rack.Cloud.Alive);
    }

    [Fact]
    public async Task A_standalone_Ironic_is_asked_with_a_password_and_a_free_node_is_no_server()
    {
        string? login = null;
        using var cloud = Standalone(request =>
        {
            login = request.Headers.Authorization?.ToString();
            return request.RequestUri!.AbsolutePath switch
            {
                "/v1/nodes/detail" => """
                    {"nodes":[{"uuid":"n1","name":"a","provision_state":"available","power_state":"power off","instance_uuid":null,
                     "resource_class":"bm"},{"uuid":"n2","name":"b","provision_state":"active","power_state":"power on",
                     "instance_uuid":"i2","instance_info":{"display_name":"theirs"},"resource_class":"bm"}]}
                    """,
                "/v1/nodes/n1" => """{"uuid":"n1","name":"a","provision_state":"available","power_state":"power off"}""",
                "/v1/allocations" => """{"allocations":[]}""",
                _ => null,
            };
        });
        Assert.Equal([("i2", "theirs", CloudState.Running)], (await cloud.ListAsync(default)).Select(s => (s.Id, s.Name, s.State)));
        Assert.Equal(CloudState.Gone, (await cloud.FindAsync("n1", default))!.State);
        Assert.Equal("Basic dXNlcjpzM2NyZXQtdDBrZW4=", login);
        Assert.Equal(("bm", CloudStock.Low), (await cloud.OffersAsync(default)).Select(o => (o.Plan, o.Stock)).Single());
    }

    [Theory]
    [InlineData("""{"error_message":"{\"debuginfo\":null,\"faultcode\":\"Client\",\"faultstring\":\"Node is locked\"}"}""")]
    [InlineData("""{"error_message":{"debuginfo":null,"faultcode":"Client","faultstring":"Node is locked"}}""")]
    [InlineData("""{"error_message":"Node is locked"}""")]
    public async Task What_Ironic_refuses_with_is_said_in_its_words(string body)
    {
        using var cloud = Standalone(_ => body, HttpStatusCode.Conflict);
        var e = await Assert.ThrowsAsync<CloudException>(() => cloud.OffersAsync(default));
        Assert.Equal((CloudFailure.WrongState, "Ironic cannot do this now (409: Node is locked)"), (e.Failure, e.Message));
    }

    [Fact]
    public void Without_Keystone_or_an_address_it_says_what_is_missing() => Assert.Contains("settings.auth (Keystone) or settings.endpoint",
        Assert.Throws<CloudException>(() => Clouds.Connect("ironic", new CloudAccess("u", () => "p", new Dictionary<string, string>(),
            new LeapingClock()))).Message, StringComparison.Ordinal);

    private static ICloud Standalone(Func<HttpRequestMessage, string?> answer, HttpStatusCode status = HttpStatusCode.OK) =>
        Clouds.Connect("ironic", new CloudAccess("user", () => CloudRack.Token,
            new Dictionary<string, string> { ["endpoint"] = "https://ironic.example.net:6385" }, new LeapingClock(),
            new Stub(answer, status)));

    private sealed class Stub(Func<HttpRequestMessage, string?> answer, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request) is { } body
                ? new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") }
                : new HttpResponseMessage(HttpStatusCode.NotFound));
    }
}
