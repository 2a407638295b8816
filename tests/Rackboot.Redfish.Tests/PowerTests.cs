using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Turning machines on and off.</summary>
public sealed class PowerTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task On_is_sent_and_waited_for_until_the_service_shows_it()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        Assert.Equal(RedfishPowerState.On, await client.Power.SetAsync(RedfishPowerAction.On));
        Assert.Equal(["On"], server.Machine.Resets);
    }

    [Fact]
    public async Task On_a_machine_that_is_on_nothing_is_sent()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.On, await client.Power.SetAsync(RedfishPowerAction.On));
        Assert.Empty(server.Machine.Resets);
    }

    [Fact]
    public async Task A_cycle_where_no_reset_does_it_is_off_and_then_on()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.On, await client.Power.SetAsync(RedfishPowerAction.Cycle));
        Assert.Equal(["ForceOff", "On"], server.Machine.Resets);
    }

    [Fact]
    public async Task A_cycle_where_the_service_has_one_is_left_to_it()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Machine.SetPower("/redfish/v1/Systems/one", "On");
        await using var client = server.Client();
        await client.Power.SetAsync(RedfishPowerAction.Cycle);
        Assert.Equal(["PowerCycle"], server.Machine.Resets);
    }

    [Fact]
    public async Task A_BMC_that_is_away_while_the_power_changes_is_waited_for()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var away = 0;
        server.Mood.Before = context =>
        {
            if (server.Machine.Resets.Count == 0 || context.Request.Method != "GET" || ++away > 5)
                return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.On, await client.Power.SetAsync(RedfishPowerAction.On));
    }

    [Fact]
    public async Task A_BMC_that_stays_away_is_an_error_in_time()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = context =>
        {
            if (server.Machine.Resets.Count == 0 || context.Request.Method != "GET")
                return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Power.SetAsync(RedfishPowerAction.On, TimeSpan.FromSeconds(30)));
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cycle_is_over_when_the_machine_was_off_and_is_on_again(bool tellsLastReset)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Machine.SetPower("/redfish/v1/Systems/one", "On");
        server.Mood.PowerDelay = TimeSpan.FromSeconds(9);
        if (!tellsLastReset)
            server.Resources["/redfish/v1/Systems/one"]!.Remove("LastResetTime");
        await using var client = server.Client();
        var start = _clock.GetUtcNow();
        await client.Power.SetAsync(RedfishPowerAction.Cycle);
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 18, 24);
    }

    [Fact]
    public async Task A_restart_that_shows_nothing_of_itself_is_believed_after_a_while()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Machine.SetPower("/redfish/v1/Systems/one", "On");
        server.Mood.PowerDelay = null;
        await using var client = server.Client();
        var start = _clock.GetUtcNow();
        await client.Power.SetAsync(RedfishPowerAction.Reset);
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 4, 6);
        await client.Power.SetAsync(RedfishPowerAction.Cycle);
        Assert.InRange((_clock.GetUtcNow() - start).TotalSeconds, 34, 40);
    }

    [Fact]
    public async Task Restarting_a_machine_that_is_off_turns_it_on()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.On, await client.Power.SetAsync(RedfishPowerAction.Reset));
        Assert.Equal(["On"], server.Machine.Resets);
    }

    [Fact]
    public async Task A_power_state_that_never_comes_is_an_error_that_says_what_was_tried()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.PowerDelay = null;
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Power.SetAsync(RedfishPowerAction.On, TimeSpan.FromSeconds(30)));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
        Assert.Contains("On was accepted, but after 30 s the power state is Off", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_service_does_not_offer_is_not_sent()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.SetAsync(RedfishPowerAction.SoftReset));
        Assert.Equal(RedfishFailure.NotSupported, error.Failure);
        Assert.Contains("it supports: On, ForceOff, GracefulShutdown", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Machine.Resets);
    }

    [Fact]
    public async Task A_soft_off_that_the_system_ignores_advises_to_use_off()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        server.Mood.PowerDelay = null;
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Power.SetAsync(RedfishPowerAction.SoftOff, TimeSpan.FromMinutes(5)));
        Assert.Contains("use off or reset instead", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reading_tells_allowed_resets_from_an_action_info()
    {
        await using var server = await RedfishServer.StartAsync("tray", _clock);
        await using var client = server.Client();
        var reading = await client.Power.ReadAsync();
        Assert.Equal(RedfishPowerState.On, reading.State);
        Assert.Equal(["On", "ForceOff", "GracefulShutdown"], reading.AllowedResets);
        Assert.Equal("Warning", reading.Health);
    }

    [Fact]
    public async Task The_manager_is_restarted_in_the_way_that_it_allows()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Power.RestartManagerAsync();
        Assert.Equal("ForceRestart", (string?)Assert.Single(server.Sent("POST", "Manager.Reset")).Json["ResetType"]);
    }

    [Theory]
    [InlineData(RedfishPowerAction.On, RedfishPowerState.Off, "PushPowerButton", "PushPowerButton")]
    [InlineData(RedfishPowerAction.On, RedfishPowerState.Unknown, "PushPowerButton", null)]
    [InlineData(RedfishPowerAction.Reset, RedfishPowerState.On, "ForceOff,On", "")]
    [InlineData(RedfishPowerAction.Reset, RedfishPowerState.On, "ForceRestart,ForceOff,On", "ForceRestart")]
    [InlineData(RedfishPowerAction.SoftOff, RedfishPowerState.On, "PushPowerButton", "PushPowerButton")]
    [InlineData(RedfishPowerAction.DiagnosticInterrupt, RedfishPowerState.On, "Nmi", "Nmi")]
    public void The_best_reset_that_is_allowed_is_taken(
        RedfishPowerAction action, RedfishPowerState state, string allowed, string? expected) =>
        Assert.Equal(expected, ResetLadder.Choose(action, state, allowed.Split(','), []));

    [Fact]
    public void A_reset_that_does_harm_on_this_model_is_passed_over() =>
        Assert.Equal(ResetLadder.OffThenOn,
            ResetLadder.Choose(RedfishPowerAction.Reset, RedfishPowerState.On, ["ForceRestart", "ForceOff", "On"], ["ForceRestart"]));
}
