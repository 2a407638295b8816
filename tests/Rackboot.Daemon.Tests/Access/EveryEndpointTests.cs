using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Rackboot.Contracts;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Goes through all endpoints of a whole appliance: as nobody, as each role, with and without the right to secrets, and out of
/// scope.</summary>
public sealed class EveryEndpointTests
{
    private const string Machine =
        """{"apiVersion":"v1alpha1","kind":"Machine","name":"node-01","macs":["52:54:00:00:00:01"],"labels":{"rack":"r1"}}""";

    [Fact]
    public async Task Every_endpoint_declares_what_it_needs()
    {
        await using var appliance = await ServedAppliance.StartAsync();

        var silent = appliance.Endpoints.Where(e => e.Metadata.GetMetadata<Needs>() is null).Select(e => e.RoutePattern.RawText);
        Assert.True(!silent.Any(), $"give these .Needs(…), as other endpoints have it: {string.Join(", ", silent)}");
        Assert.InRange(appliance.Endpoints.Count, 60, 300);
    }

    [Fact]
    public async Task The_OpenAPI_document_says_of_every_operation_what_it_needs()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var answer = await appliance.SendAsync(HttpMethod.Get, ApiPaths.OpenApi);
        using var document = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());

        var schemes = document.RootElement.GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal("bearer", schemes.GetProperty("token").GetProperty("scheme").GetString());
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject())
                Assert.Contains("Needs ", operation.Value.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_gets_past_the_door_and_learns_nothing()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network();

        foreach (var endpoint in appliance.Endpoints.Where(e => e.Metadata.GetMetadata<Needs>()?.Role is not null))
        {
            using var answer = await SendAsync(client, endpoint);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{Name(endpoint)} answered {answer.StatusCode}");
            var text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("node-01", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(AccessRole.Viewer, false)]
    [InlineData(AccessRole.Viewer, true)]
    [InlineData(AccessRole.Operator, false)]
    [InlineData(AccessRole.Operator, true)]
    [InlineData(AccessRole.Admin, false)]
    [InlineData(AccessRole.Admin, true)]
    public async Task Each_role_may_do_what_endpoints_declare_and_no_more(AccessRole role, bool secrets)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network(await appliance.TokenAsync(role, secrets));

        foreach (var endpoint in appliance.Endpoints)
        {
            var needs = endpoint.Metadata.GetMetadata<Needs>()!;
            using var answer = await SendAsync(client, endpoint);
            var may = needs.Role is null || (needs.Role <= role && (secrets || !needs.Secrets));
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden != may, $"{Name(endpoint)} answered {answer.StatusCode} to {role}");
        }
    }

    [Fact]
    public async Task Out_of_scope_there_is_nothing()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using (var put = await appliance.SendAsync(HttpMethod.Put, $"{ApiPaths.Machines}/node-01", Json(Machine)))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Admin, secrets: true, scope: "rack=r2"));

        foreach (var endpoint in appliance.Endpoints)
        {
            var needs = endpoint.Metadata.GetMetadata<Needs>()!;
            using var answer = await SendAsync(client, endpoint);
            if (needs.Reach == Reach.Everything)
                Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{Name(endpoint)} answered {answer.StatusCode}");
            else if (needs.Reach == Reach.Machine)
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{Name(endpoint)} answered {answer.StatusCode}");
            else if (needs.Reach == Reach.Filtered && !IsStream(answer))
                Assert.DoesNotContain("52:54:00:00:00:01", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Within_its_scope_a_caller_finds_its_machines()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using (var put = await appliance.SendAsync(HttpMethod.Put, $"{ApiPaths.Machines}/node-01", Json(Machine)))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Operator, scope: "rack=r1"));

        Assert.Contains("node-01", await client.GetStringAsync(ApiPaths.Machines), StringComparison.Ordinal);
        Assert.Contains("node-01", await client.GetStringAsync($"{ApiPaths.Machines}/node-01/explain"), StringComparison.Ordinal);
        using var relabelled = await client.PostAsync(ApiPaths.Labels, Json("""{"machines":["node-01"],"set":{"rack":"r2"}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, relabelled.StatusCode);
        using var power = await client.PostAsync(ApiPaths.Power, Json("""{"action":"on","all":true}"""));
        Assert.Equal(HttpStatusCode.Accepted, power.StatusCode);
    }

    [Theory]
    [InlineData("rack=r2", "node-01")]
    [InlineData("rack=r2", null)]
    public async Task An_order_for_machines_out_of_scope_finds_none(string scope, string? machine)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using (var put = await appliance.SendAsync(HttpMethod.Put, $"{ApiPaths.Machines}/node-01", Json(Machine)))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Operator, scope: scope));

        var which = machine is null ? "\"all\":true" : $"\"machines\":[\"{machine}\"]";
        using var power = await client.PostAsync(ApiPaths.Power, Json($$"""{"action":"on",{{which}}}"""));
        Assert.Equal(HttpStatusCode.NotFound, power.StatusCode);
        using var provision = await client.PostAsync(ApiPaths.Provision, Json($$"""{{{which}}}"""));
        Assert.Equal(HttpStatusCode.NotFound, provision.StatusCode);
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, RouteEndpoint endpoint)
    {
        var method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET";
        if (method == "GET" && IsStream(endpoint))
            method = "HEAD"; // which passes the same door, and ends
        var path = "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(Text))));
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is "POST" or "PUT")
            request.Content = Json("{}");
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string Text(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part) => part switch
    {
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "documentName" } => "v1",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "mac" } => "52:54:00:00:00:01",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "name" } => "node-01",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart => "x",
        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
        _ => "",
    };

    private static bool IsStream(RouteEndpoint endpoint) => endpoint.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
        .Any(p => p.ContentTypes.Contains("text/event-stream"));

    private static bool IsStream(HttpResponseMessage answer) => answer.Content.Headers.ContentType?.MediaType == "text/event-stream";

    private static string Name(RouteEndpoint endpoint) => endpoint.DisplayName ?? endpoint.RoutePattern.RawText!;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
