using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Core.Events;

namespace Rackboot.Cloud.Tests.Servers;

/// <summary>Tokens with which servers fetch their configuration.</summary>
public sealed class TokenTests
{
    private const string Configuration = "version: v1alpha1\nmachine: { type: worker }\n";

    [Fact]
    public async Task The_script_of_a_bought_server_names_an_address_that_gives_its_configuration_once()
    {
        using var rack = await BuyAsync();
        var token = Token(rack);
        Assert.Null(await rack.Tokens.TakeAsync(new string('0', 40), "192.0.2.9"));
        Assert.Null(await rack.Tokens.TakeAsync(token[..39], "192.0.2.9"));
        Assert.Equal(Configuration, Text(await rack.Tokens.TakeAsync(token, "192.0.2.7")));
        Assert.NotNull(rack.Placement("node-31").Configured);
        Assert.Null(await rack.Tokens.TakeAsync(token, "192.0.2.8"));
        Assert.Contains("fetched from 192.0.2.7", Assert.Single(rack.Told, e => e.Kind == "config.delivered").Text,
            StringComparison.Ordinal);
        Assert.Equal(Level.Warning, Assert.Single(rack.Told, e => e.Kind == "config.refused").Level);
        Assert.DoesNotContain(rack.Told, e => e.Text.Contains(token, StringComparison.Ordinal));
        rack.Restart();
        Assert.Null(await rack.Tokens.TakeAsync(token, "192.0.2.8"));
    }

    [Fact]
    public async Task A_token_ends_with_its_server_and_a_later_server_has_another()
    {
        using var rack = await BuyAsync();
        var first = Token(rack);
        rack.Cloud.DeleteInConsole(rack.Cloud.Servers[0]);
        await rack.RoundsAsync(6);
        Assert.Equal(PlacementStage.Lost, rack.Placement("node-31").Stage);
        Assert.Null(await rack.Tokens.TakeAsync(first, "192.0.2.7"));
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(20);
        Assert.NotEqual(first, Token(rack));
        Assert.Equal(Configuration, Text(await rack.Tokens.TakeAsync(Token(rack), "192.0.2.7")));
    }

    [Fact]
    public async Task A_server_that_fetched_before_its_order_was_answered_has_it_and_nobody_else_gets_it()
    {
        using var rack = await BuyAsync(rounds: 0);
        rack.Cloud.Faults = request => rack.Cloud.IsCreate(request) ? Fault.LostAnswer : Fault.None;
        await rack.RoundsAsync();
        Assert.Equal(PlacementStage.Ordering, rack.Placement("node-31").Stage);
        var token = Token(rack);
        Assert.Equal(Configuration, Text(await rack.Tokens.TakeAsync(token, "192.0.2.7")));
        rack.Cloud.Faults = null;
        await rack.RoundsAsync(20);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        Assert.NotNull(rack.Placement("node-31").Configured);
        Assert.Null(await rack.Tokens.TakeAsync(token, "192.0.2.7"));
    }

    [Fact]
    public async Task A_machine_without_a_configuration_of_its_own_has_no_token()
    {
        using var rack = await BuyAsync(config: null);
        Assert.DoesNotContain("talos.config", rack.Cloud.Servers[0].Boot, StringComparison.Ordinal);
    }

    private static string Token(CloudRack rack)
    {
        var words = rack.Cloud.Servers[^1].Boot!.Split(' ', '\n');
        var url = Assert.Single(words, w => w.StartsWith("talos.config=https://boot.example.net:8443/configuration/",
            StringComparison.Ordinal));
        return url.Split('/')[^1];
    }

    private static string? Text(Core.Secret? secret) => secret is null ? null : System.Text.Encoding.UTF8.GetString(secret.Reveal().Span);

    private static async Task<CloudRack> BuyAsync(int rounds = 20, string? config = Configuration)
    {
        var rack = await CloudRack.StartAsync(new LatitudeSimulator(), handsOut: true);
        await rack.PlaceAsync("node-31", config: config);
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(rounds);
        return rack;
    }
}
