using System.Net;
using System.Text.Json;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>Providers and machines placed at them, over the API. The provider that is named listens nowhere.</summary>
public sealed class CloudApiTests
{
    [Fact]
    public async Task A_machine_with_a_place_needs_no_card_and_is_listed_as_planned()
    {
        await using var api = await RunningApi.StartAsync();
        await PutProviderAsync(api);
        await api.Client.PutAsync(ApiPaths.Machines, "node-31",
            """{"apiVersion":"v1alpha1","kind":"Machine","name":"node-31","place":{"provider":"here","plan":"c2","location":"FRA"}}""");
        var machine = (await api.Client.GetMachineAsync("node-31")).Value;
        Assert.Equal(("here", "c2", "FRA", null), (machine.Place!.Provider, machine.Place.Plan, machine.Place.Location, machine.Bmc));
        var provider = Assert.Single(await api.Client.GetProvidersAsync());
        Assert.Equal(("latitude", "40.00 USD", 0), (provider.Provider, provider.Limits!.Hourly, provider.Status!.Machines));
        Assert.All(await api.Client.GetCloudMachinesAsync(fresh: false), m =>
            Assert.Equal((CloudStage.Planned, false), (m.Stage, m.Costs)));
        var approved = Assert.Single(await api.Client.ApproveAsync(["node-99"]));
        Assert.Equal("there is no machine node-99", approved.Refused);
        Assert.Empty(await api.Client.GetOrphansAsync());
    }

    [Theory]
    [InlineData("""{"provider":"nosuch","credential":"token","limits":{"machines":1}}""", "is not known; allowed: cherry")]
    [InlineData("""{"provider":"latitude","credential":"token","limits":{"machines":1}}""", "/settings/project")]
    [InlineData("""{"provider":"vultr","credential":"token"}""", "/limits/machines")]
    [InlineData("""{"provider":"vultr","credential":"nosuch","limits":{"machines":1}}""", "there is no credential nosuch")]
    [InlineData("""{"provider":"vultr","credential":"token","limits":{"machines":1,"hourly":"forty"}}""", "is not a price")]
    [InlineData("""{"provider":"vultr","credential":"token","limits":{"machines":1},"settings":{"endpoint":"http://example.net"}}""",
        "is not an https URL")]
    public async Task A_wrong_provider_is_refused_with_its_place(string members, string words)
    {
        await using var api = await RunningApi.StartAsync();
        await PutCredentialAsync(api);
        var refused = await api.RefusalAsync(
            ApiPaths.Providers, "here", """{"apiVersion":"v1alpha1","kind":"Provider","name":"here",""" + members[1..]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(words, JsonSerializer.Serialize(refused.Problem, Document.Json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_credential_that_a_provider_is_logged_into_with_cannot_be_deleted()
    {
        await using var api = await RunningApi.StartAsync();
        await PutProviderAsync(api);
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.DeleteCredentialAsync("token"));
        Assert.Contains("credential token is used by provider here", refused.Message, StringComparison.Ordinal);
        await api.Client.DeleteProviderAsync("here");
        await api.Client.DeleteCredentialAsync("token");
    }

    private static async Task PutCredentialAsync(RunningApi api) => await api.Client.PutAsync(ApiPaths.Credentials, "token",
        """{"apiVersion":"v1alpha1","kind":"Credential","name":"token","username":"api","password":"s3cret"}""");

    private static async Task PutProviderAsync(RunningApi api)
    {
        await PutCredentialAsync(api);
        await api.Client.PutAsync(ApiPaths.Providers, "here",
            """
            {"apiVersion":"v1alpha1","kind":"Provider","name":"here","provider":"latitude","credential":"token",
             "limits":{"machines":3,"hourly":"40 USD"},"settings":{"project":"p","endpoint":"http://127.0.0.1:1"}}
            """);
    }
}
