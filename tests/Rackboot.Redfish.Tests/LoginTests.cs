using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Sessions, passwords, certificates.</summary>
public sealed class LoginTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task One_session_serves_all_requests_and_is_ended()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using (var client = server.Client())
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Power.ReadAsync()));
            Assert.Equal(1, server.Accounts.OpenSessions);
            Assert.Single(server.Sent("POST", "Sessions"));
        }

        Assert.Equal(0, server.Accounts.OpenSessions);
    }

    [Fact]
    public async Task A_session_is_ended_at_the_address_that_we_know_whatever_the_service_calls_itself()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.LocationHost = "https://bmc.internal.example";
        await using (var client = server.Client())
        {
            await client.Power.ReadStateAsync();
            Assert.Equal("Completed", (await client.Firmware.PullAsync(new Uri("http://10.0.0.1/bmc.bin"))).State);
        }

        Assert.Equal(0, server.Accounts.OpenSessions);
    }

    [Fact]
    public async Task A_session_that_expired_is_made_again()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Power.ReadStateAsync();
        server.Accounts.ForgetSessions();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        Assert.Equal(2, server.Sent("POST", "Sessions").Count);
    }

    [Fact]
    public async Task The_root_is_read_without_showing_who_asks()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal("1.17.0", (await client.ReadRootAsync()).RedfishVersion);
        Assert.Empty(server.Sent("POST"));
        Assert.Equal(0, server.Accounts.OpenSessions);
    }

    [Fact]
    public async Task Without_sessions_Basic_is_used()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.NoSessions = true;
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        Assert.Single(server.Sent("POST", "Sessions"));
    }

    [Fact]
    public async Task A_service_that_had_sessions_and_shows_none_is_starting_and_gets_no_Basic()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Power.ReadStateAsync();
        server.Mood.NoSessions = true;
        server.Accounts.ForgetSessions();
        Assert.Equal(RedfishFailure.Busy, (await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync())).Failure);
        server.Mood.NoSessions = false;
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task Where_the_root_offers_no_sessions_none_is_asked_for()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.NoSessions = true;
        server.Resources["/redfish/v1"]!.Remove("Links");
        server.Resources["/redfish/v1"]!.Remove("SessionService");
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        Assert.Empty(server.Sent("POST"));
    }

    [Fact]
    public async Task Without_sessions_Basic_is_not_used_against_the_operators_will()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.NoSessions = true;
        await using var client = server.Client(o => o with { Authentication = RedfishAuthentication.Session });
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.NotSupported, error.Failure);
    }

    [Theory]
    [InlineData(400, RedfishFailure.NotSupported)]
    [InlineData(403, RedfishFailure.InsufficientPrivilege)]
    [InlineData(500, RedfishFailure.Refused)]
    [InlineData(503, RedfishFailure.Busy)]
    public async Task A_login_that_fails_for_another_reason_is_no_wrong_password(int status, RedfishFailure failure)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (context.Request.Method != "POST")
                return false;
            await Misbehaviour.Status(status)(context);
            return true;
        };
        await using var client = server.Client();
        for (var i = 0; i < 3; i++)
            Assert.Equal(failure, (await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync())).Failure);
    }

    [Theory]
    [InlineData(400, "Base.1.8.ResourceAtUriUnauthorized")]
    [InlineData(401, "Base.1.8.NoValidSession")]
    public async Task A_login_is_refused_in_more_than_one_way(int status, string id)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (context.Request.Method != "POST")
                return false;
            await Misbehaviour.Status(status, body: $$$"""{"error":{"@Message.ExtendedInfo":[{"MessageId":"{{{id}}}"}]}}""")(context);
            return true;
        };
        await using var client = server.Client();
        Assert.Equal(
            RedfishFailure.WrongCredential, (await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync())).Failure);
    }

    [Theory]
    [InlineData(503, "Base.1.8.SessionLimitExceeded")]
    [InlineData(400, "Base.1.8.SessionLimitExceeded")]
    [InlineData(503, "IDRAC.2.7.RAC0218")]
    public async Task No_free_session_is_said_at_once(int status, string id)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "Dell";
        (server.Mood.SessionLimit, server.Mood.SessionsFullStatus, server.Mood.SessionsFullId) = (0, status, id);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.NoFreeSession, error.Failure);
        Assert.Contains("end old sessions", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RedfishAuthentication.SessionThenBasic)]
    [InlineData(RedfishAuthentication.Basic)]
    public async Task A_wrong_password_is_tried_twice_at_most(RedfishAuthentication authentication)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client(
            o => o with { Authentication = authentication, Credential = new RedfishCredential(RedfishServer.User, "wrong-password") });
        for (var i = 0; i < 5; i++)
        {
            var errors =
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Record.ExceptionAsync(() => client.Power.ReadStateAsync()).AsTask()));
            Assert.All(errors, e => Assert.Equal(RedfishFailure.WrongCredential, Assert.IsType<RedfishException>(e).Failure));
        }

        Assert.Equal(2, server.Accounts.WrongPasswords);
    }

    [Fact]
    public async Task A_corrected_password_is_tried_again()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client(o => o with { Credential = new RedfishCredential(RedfishServer.User, "wrong-password") });
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        client.Use(new RedfishCredential(RedfishServer.User, RedfishServer.Password));
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task A_password_that_was_changed_elsewhere_is_found_when_the_session_ends()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Power.ReadStateAsync();
        server.Accounts.Passwords[RedfishServer.User] = "another-one";
        server.Accounts.ForgetSessions();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.WrongCredential, error.Failure);
        Assert.Equal(1, server.Accounts.WrongPasswords);
    }

    [Fact]
    public async Task The_first_certificate_is_believed_and_reported()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var reported = new List<string>();
        await using var client = server.Client(o => o with { Trust = RedfishTrust.FirstUse(reported.Add) });
        await client.Power.ReadStateAsync();
        Assert.Equal([RedfishTrust.PinOf(server.Certificate)], reported);
        Assert.Equal(reported[0], client.CertificatePin);
    }

    [Fact]
    public async Task Another_certificate_than_the_pinned_one_gets_nothing()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var pin = RedfishTrust.PinOf(server.Certificate);
        await using (var client = server.Client(o => o with { Trust = RedfishTrust.Pinned(pin) }))
            await client.Power.ReadStateAsync();
        var before = server.Seen.Count;
        server.Certificate = RedfishServer.MakeCertificate();
        await using var second = server.Client(o => o with { Trust = RedfishTrust.Pinned(pin) });
        var error = await Assert.ThrowsAsync<RedfishException>(() => second.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.WrongCertificate, error.Failure);
        Assert.Contains(RedfishTrust.PinOf(server.Certificate), error.Message, StringComparison.Ordinal);
        Assert.Contains(pin, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, server.Seen.Count);
    }

    [Fact]
    public async Task A_certificate_that_changes_between_two_connections_is_refused()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var trust = RedfishTrust.FirstUse();
        await using (var client = server.Client(o => o with { Trust = trust }))
            await client.Power.ReadStateAsync();
        server.Certificate = RedfishServer.MakeCertificate();
        await using var second = server.Client(o => o with { Trust = trust });
        var error = await Assert.ThrowsAsync<RedfishException>(() => second.ReadRootAsync());
        Assert.Equal(RedfishFailure.WrongCertificate, error.Failure);
    }

    [Fact]
    public async Task A_certificate_of_the_given_authority_is_believed_and_no_other()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using (var client = server.Client(o => o with { Trust = RedfishTrust.Authorities([server.Certificate]) }))
            Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        using var other = RedfishServer.MakeCertificate();
        await using var wary = server.Client(o => o with { Trust = RedfishTrust.Authorities([other]) });
        var error = await Assert.ThrowsAsync<RedfishException>(() => wary.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.WrongCertificate, error.Failure);
        Assert.Contains("the given CA did not sign", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_systems_authorities_do_not_know_a_self_signed_certificate()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client(o => o with { Trust = RedfishTrust.System() });
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.WrongCertificate, error.Failure);
    }

    [Theory]
    [InlineData("AA:BB")]
    [InlineData("sha256:zz")]
    public void A_pin_that_is_no_fingerprint_is_refused(string pin) => Assert.Throws<ArgumentException>(() => RedfishTrust.Pinned(pin));

    [Fact]
    public void A_password_is_not_sent_in_clear()
    {
        var options = new RedfishOptions
        {
            Address = new Uri("http://10.0.0.1"), Credential = new RedfishCredential("u", "p"), Trust = RedfishTrust.System(),
        };
        var error = Assert.Throws<RedfishException>(() => new RedfishService(options, _clock));
        Assert.Contains("https://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_does_not_show_its_password() => Assert.Equal("root:***", new RedfishCredential("root", "calvin").ToString());
}
