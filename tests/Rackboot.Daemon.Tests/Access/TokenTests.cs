using System.Net;
using System.Net.Http.Json;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Tokens: made, used, ended.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task A_token_is_shown_once_and_only_its_hash_is_stored()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var made = await appliance.SendAsync(HttpMethod.Post, ApiPaths.Tokens, Json("""{"name":"ci","role":"operator"}"""));
        var created = (await made.Content.ReadFromJsonAsync<CreatedToken>(Document.Json))!;

        using var client = appliance.Network(created.Token);
        var who = await client.GetFromJsonAsync<WhoAmI>(ApiPaths.WhoAmI, Document.Json);
        Assert.Equal(("token:ci", "token", AccessRole.Operator, false), (who!.Name, who.Way, who.Role, who.Secrets));
        var stored = Encoding.UTF8.GetString(appliance.Store.Store.Find(Table.Tokens, "ci")!.Body.Span);
        Assert.DoesNotContain(created.Token.Split('_')[2], stored, StringComparison.Ordinal);
        using var list = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Tokens);
        var text = await list.Content.ReadAsStringAsync();
        Assert.Contains(created.Details.Id, text, StringComparison.Ordinal);
        Assert.DoesNotContain(created.Token.Split('_')[2], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_lets_nobody_in_and_ends_what_its_holder_follows()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Viewer, name: "screen"));
        using var stream = await client.GetAsync($"{ApiPaths.Events}?after=0", HttpCompletionOption.ResponseHeadersRead);
        using var body = await stream.Content.ReadAsStreamAsync();

        using (var revoked = await appliance.SendAsync(HttpMethod.Delete, $"{ApiPaths.Tokens}/screen"))
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, patience.Token));
        using var again = await client.GetAsync(ApiPaths.WhoAmI);
        Assert.Equal(HttpStatusCode.Unauthorized, again.StatusCode);
    }

    [Fact]
    public async Task A_token_that_ended_lets_nobody_in()
    {
        var clock = new LeapingTime();
        await using var appliance = await ServedAppliance.StartAsync(time: clock);
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Viewer, lifetime: TimeSpan.FromHours(1)));
        using (var before = await client.GetAsync(ApiPaths.WhoAmI))
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        clock.Leap(TimeSpan.FromHours(1));
        using var after = await client.GetAsync(ApiPaths.WhoAmI);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Fact]
    public async Task Tokens_survive_a_restart()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        var token = await appliance.TokenAsync(AccessRole.Operator, secrets: true, scope: "rack in (r1,r2)");
        Assert.True(TokenText.TryRead(token, out var id, out var hash));

        var book = new TokenBook(appliance.Store.Store, appliance.Store.Events, TimeProvider.System);
        var rights = book.Find(id, hash)!.Rights;
        Assert.Equal((AccessRole.Operator, true, "rack in (r1,r2)"), (rights.Role, rights.Secrets, rights.Scope!.ToString()));
    }

    [Theory]
    [InlineData("""{"name":"x","role":"admin","secrets":true}""")]
    [InlineData("""{"name":"x","role":"viewer","secrets":true}""")]
    public async Task Nobody_gives_more_than_they_have(string order)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var client = appliance.Network(await appliance.TokenAsync(AccessRole.Admin));
        using var refused = await client.PostAsync(ApiPaths.Tokens, Json(order));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var fine = await client.PostAsync(ApiPaths.Tokens, Json("""{"name":"x","role":"admin"}"""));
        Assert.Equal(HttpStatusCode.Created, fine.StatusCode);
    }

    [Theory]
    [InlineData("""{"name":"X","role":"admin"}""", "/name")]
    [InlineData("""{"name":"x","scope":"rack in ("}""", "/scope")]
    [InlineData("""{"name":"x","expires":"never"}""", "/expires")]
    [InlineData("""{"name":"x","expires":"4000d"}""", "/expires")]
    [InlineData("""{"name":"x","role":"root"}""", "/role")]
    public async Task A_wrong_order_says_what_is_wrong(string order, string path)
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var refused = await appliance.SendAsync(HttpMethod.Post, ApiPaths.Tokens, Json(order));
        var problem = await refused.Content.ReadFromJsonAsync<Problem>(Document.Json);
        Assert.Equal((422, path), ((int)refused.StatusCode, Assert.Single(problem!.Errors!).Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rb_")]
    [InlineData("rb_00000000_")]
    [InlineData("rb_0000000g_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("rb_00000000_000000000000000000000000000000000000000000000000000000000000000g")]
    [InlineData("rb_00000000-0000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_no_token_is_none(string text) => Assert.False(TokenText.TryRead(text, out _, out _));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
