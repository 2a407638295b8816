using System.Net;
using System.Net.Http.Json;
using Microsoft.IdentityModel.Tokens;
using Rackboot.Contracts;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Logins by an OIDC issuer, and what a liar gets.</summary>
public sealed class OidcTests
{
    [Fact]
    public async Task A_token_of_the_issuer_gives_what_the_first_fitting_group_gives()
    {
        await using var issuer = await IssuerStandIn.StartAsync();
        await using var appliance = await StartAsync(issuer);

        using var admin = appliance.Network(issuer.Token());
        var who = await admin.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json);
        Assert.Equal(("oidc:alice", AccessRole.Admin, true, null), (who!.Name, who.Role, who.Secrets, who.Scope));
        using var desk = appliance.Network(issuer.Token("bob", ["r1-desk"]));
        who = await desk.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json);
        Assert.Equal(("oidc:bob", AccessRole.Operator, false, "rack=r1"), (who!.Name, who.Role, who.Secrets, who.Scope));
        using var stranger = appliance.Network();
        var ways = await stranger.GetFromJsonAsync<LoginWays>(ApiPaths.Login, Document.Json);
        Assert.Equal("rackboot", ways!.Oidc!.Client);
    }

    [Fact]
    public async Task Who_is_in_no_known_group_gets_nothing()
    {
        await using var issuer = await IssuerStandIn.StartAsync();
        await using var appliance = await StartAsync(issuer);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(appliance, issuer.Token("eve", ["everybody"])));
    }

    [Theory]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("forged")]
    [InlineData("symmetric")]
    [InlineData("none")]
    [InlineData("cut")]
    [InlineData("changed")]
    public async Task A_token_that_is_not_good_lets_nobody_in(string what)
    {
        await using var issuer = await IssuerStandIn.StartAsync();
        await using var appliance = await StartAsync(issuer);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token()));
        var good = issuer.Token().Split('.');
        var token = what switch
        {
            "audience" => issuer.Token(audience: "another"),
            "issuer" => issuer.Token(issuer: "https://sso.example.org"),
            "expired" => issuer.Token(lifetime: TimeSpan.FromMinutes(-5)),
            "forged" => issuer.Token(signed: IssuerStandIn.Forged("first")),
            "symmetric" => issuer.Token(signed: new SigningCredentials(
                new SymmetricSecurityKey(new byte[32]) { KeyId = "first" }, SecurityAlgorithms.HmacSha256)),
            "none" => $"{Base64Url("""{"alg":"none","typ":"JWT"}""")}.{good[1]}.",
            "cut" => string.Join('.', good[..2]) + "." + good[2][..^10],
            _ => $"{good[0]}.{Base64Url(Base64UrlEncoder.Decode(good[1]).Replace("alice", "root", StringComparison.Ordinal))}.{good[2]}",
        };
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(appliance, token));
    }

    [Fact]
    public async Task Rotated_keys_are_fetched_and_unknown_ones_do_not_make_the_appliance_ask_all_the_time()
    {
        var clock = new LeapingTime();
        await using var issuer = await IssuerStandIn.StartAsync();
        await using var appliance = await StartAsync(issuer, clock);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token()));

        issuer.Rotate("second");
        clock.Leap(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token(lifetime: TimeSpan.FromHours(1))));
        Assert.Equal(2, issuer.Asked);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(appliance, issuer.Token(signed: IssuerStandIn.Forged($"key{i}"))));
        Assert.Equal(2, issuer.Asked);
    }

    [Fact]
    public async Task While_the_issuer_is_down_known_keys_stay_good_and_the_problem_is_told()
    {
        var clock = new LeapingTime();
        await using var issuer = await IssuerStandIn.StartAsync();
        await using var appliance = await StartAsync(issuer, clock);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token()));

        issuer.IsDown = true;
        clock.Leap(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token(lifetime: TimeSpan.FromHours(3))));
        Assert.Contains(appliance.Problems, p => p.StartsWith("logins by OIDC may fail", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, await appliance.TokenAsync(AccessRole.Viewer)));
        clock.Leap(TimeSpan.FromHours(23));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(appliance, issuer.Token(lifetime: TimeSpan.FromHours(48))));
        issuer.IsDown = false;
        clock.Leap(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(appliance, issuer.Token(lifetime: TimeSpan.FromHours(48))));
        Assert.DoesNotContain(appliance.Problems, p => p.Contains("OIDC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_issuer_that_says_that_it_is_another_is_not_believed()
    {
        await using var issuer = await IssuerStandIn.StartAsync();
        issuer.Says = "https://sso.example.org";
        await using var appliance = await StartAsync(issuer);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(appliance, issuer.Token(issuer: "https://sso.example.org")));
        Assert.Contains(appliance.Problems, p => p.Contains("it says that it is https://sso.example.org", StringComparison.Ordinal));
    }

    private static Task<ServedAppliance> StartAsync(IssuerStandIn issuer, TimeProvider? time = null) =>
        ServedAppliance.StartAsync(time: time, change: c => c with
        {
            Oidc = new(new Uri(issuer.Url), "rackboot", "preferred_username", "groups"),
            Groups =
            [
                new("rack-admins", AccessRole.Admin, true, null),
                new("r1-desk", AccessRole.Operator, false, Scope("rack=r1")),
            ],
        });

    private static Contracts.Selection.LabelSelector Scope(string text) =>
        Contracts.Selection.LabelSelector.TryParse(text, out var scope, out var error) ? scope : throw new InvalidOperationException(error);

    private static async Task<HttpStatusCode> StatusAsync(ServedAppliance appliance, string token)
    {
        using var client = appliance.Network(token);
        using var answer = await client.GetAsync(ApiPaths.WhoAmI);
        return answer.StatusCode;
    }

    private static string Base64Url(string text) => Base64UrlEncoder.Encode(text);
}
