using System.Diagnostics;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Sessions with BMCs that others wrote.</summary>
public sealed class SessionTests
{
    private static readonly IpmiSessionOptions Quick = new()
    {
        Timeouts = new IpmiTimeouts
        {
            First = TimeSpan.FromMilliseconds(200), SignOfLife = TimeSpan.FromMilliseconds(500), Unrepeated = TimeSpan.FromSeconds(5),
        },
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ipmi_sim_takes_suite_3_after_refusing_17_and_ipmitool_sees_what_was_switched()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        var known = new KnownBmc();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint, known: known);
        Assert.Equal(IpmiCipherSuite.Sha1, session.CipherSuite);
        Assert.Equal(IpmiCipherSuite.Sha1, known.CipherSuite);
        Assert.False(await session.IsOnAsync());
        Assert.Equal(0, await session.ControlAsync(1));
        Assert.True(await session.IsOnAsync());
        Assert.Equal((0, "Chassis Power is on\n"), await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "power", "status"));
        Assert.Equal("a123456789abcdefa123456789abcdef", Convert.ToHexStringLower(session.BmcGuid.Span));
    }

    [Fact]
    public async Task Ipmi_sim_takes_a_suite_without_encryption_only_where_it_is_allowed()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint,
            new IpmiSessionOptions { CipherSuites = [IpmiCipherSuite.Sha256Unencrypted, IpmiCipherSuite.Sha1Unencrypted] });
        Assert.Equal(IpmiCipherSuite.Sha1Unencrypted, session.CipherSuite);
        Assert.False(await session.IsOnAsync());
        var refused = await Assert.ThrowsAsync<IpmiException>(
            () => Sessions.OpenAsync(socket, bmc.EndPoint, new IpmiSessionOptions { CipherSuites = [IpmiCipherSuite.Sha256] }));
        Assert.Equal(IpmiFailure.NoCommonCipherSuite, refused.Failure);
        Assert.Contains(bmc.EndPoint.ToString(), refused.Message);
    }

    [Theory]
    [InlineData("normal", IpmiCipherSuite.Sha256)]
    [InlineData("refuses-17", IpmiCipherSuite.Sha1)]
    [InlineData("silent-to-17", IpmiCipherSuite.Sha1)]
    [InlineData("ignores-suite", IpmiCipherSuite.Sha1)]
    [InlineData("strict15", IpmiCipherSuite.Sha256)]
    [InlineData("transient", IpmiCipherSuite.Sha256)]
    [InlineData("noise", IpmiCipherSuite.Sha256)]
    [InlineData("replay", IpmiCipherSuite.Sha256)]
    public async Task Pyghmis_bmc_opens_a_session_however_it_behaves(string mode, IpmiCipherSuite suite)
    {
        await using var bmc = await PyghmiBmc.StartAsync(mode);
        using var socket = new IpmiSocket();
        await using (var session = await Sessions.OpenAsync(socket, bmc.EndPoint))
        {
            Assert.Equal(suite, session.CipherSuite);
            Assert.Equal(0, await session.ControlAsync(1));
            for (var i = 0; i < 10; i++)
                Assert.True(await session.IsOnAsync());
        }

        var status = await bmc.StatusAsync();
        Assert.Equal(["on"], status.Actions);
        Assert.Equal(0, status.Sessions);
        if (mode == "replay")
            Assert.InRange(socket.Dropped.Replayed, 10, 1000);
        if (mode == "noise")
            Assert.InRange(socket.Dropped.Forged + socket.Dropped.Unasked, 20, 1000);
    }

    [Fact]
    public async Task A_suite_that_followed_silence_is_tried_first_after_the_second_time()
    {
        await using var bmc = await PyghmiBmc.StartAsync("silent-to-17");
        using var socket = new IpmiSocket();
        var known = new KnownBmc();
        for (var time = 1; time <= 3; time++)
        {
            await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint, Quick, known: known);
            Assert.Equal(IpmiCipherSuite.Sha1, session.CipherSuite);
            Assert.Equal(time == 1 ? null : IpmiCipherSuite.Sha1, known.CipherSuite);
        }
    }

    [Fact]
    public async Task A_key_of_the_bmc_is_needed_where_it_has_one()
    {
        var key = Convert.FromHexString("000102030405060708090a0b0c0d0e0f10111213");
        await using var bmc = await PyghmiBmc.StartAsync(key: Convert.ToHexString(key));
        using var socket = new IpmiSocket();
        await using (var session = await Sessions.OpenAsync(socket, bmc.EndPoint, credential: Sessions.Credential(key: key)))
            Assert.False(await session.IsOnAsync());
        var missing = await Assert.ThrowsAsync<IpmiException>(() => Sessions.OpenAsync(socket, bmc.EndPoint));
        Assert.Equal(IpmiFailure.WrongCredential, missing.Failure);
        Assert.Contains("BMC key (Kg) is missing", missing.Message);
        Assert.True((await socket.AskAuthenticationAsync(bmc.EndPoint, IpmiTimeouts.Default, Cancel)).HasKey);
    }

    [Fact]
    public async Task A_wrong_password_is_said_at_once_and_not_tried_again()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        var clock = Stopwatch.StartNew();
        var wrong = await Assert.ThrowsAsync<IpmiException>(
            () => Sessions.OpenAsync(socket, bmc.EndPoint, credential: Sessions.Credential(password: "hunter2")));
        Assert.Equal(IpmiFailure.WrongCredential, wrong.Failure);
        Assert.DoesNotContain("hunter2", wrong.ToString());
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        var status = await bmc.StatusAsync();
        while (status.Refusals.Length == 0 && clock.Elapsed < TimeSpan.FromSeconds(20))
            status = await bmc.StatusAsync(); // the refusal is a datagram that nobody answers: it may still be on its way
        Assert.Equal(1, status.Opened);
        Assert.Equal([15], status.Refusals);
        Assert.Equal(0, status.Sessions);
    }

    [Theory]
    [InlineData("nobody", "secret", IpmiFailure.WrongCredential)]
    [InlineData("viewer", "viewsecret", IpmiFailure.InsufficientPrivilege)]
    public async Task A_refused_user_is_said_with_its_name(string user, string password, IpmiFailure failure)
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        var refused = await Assert.ThrowsAsync<IpmiException>(
            () => Sessions.OpenAsync(socket, bmc.EndPoint, credential: Sessions.Credential(user, password)));
        Assert.Equal(failure, refused.Failure);
        Assert.Contains($"'{user}'", refused.Message);
        Assert.DoesNotContain(password, refused.Message);
    }

    [Fact]
    public async Task A_user_with_less_privilege_works_with_what_it_has_where_that_is_allowed()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(
            socket, bmc.EndPoint, new IpmiSessionOptions { AllowLowerPrivilege = true }, Sessions.Credential("viewer", "viewsecret"));
        Assert.Equal(IpmiPrivilege.User, session.Privilege);
        Assert.False(await session.IsOnAsync());
        Assert.Equal(0xD4, await session.ControlAsync(1));
    }

    // ipmi_sim lets its viewers log in as administrators, and then obeys them: the level asked for is the level had.
    [Fact]
    public async Task A_session_at_a_low_level_may_read_and_not_switch()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(
            socket, bmc.EndPoint, new IpmiSessionOptions { Privilege = IpmiPrivilege.User }, Sessions.Credential("viewer", "viewsecret"));
        Assert.False(await session.IsOnAsync());
        Assert.Equal(0xD4, await session.ControlAsync(1));
        Assert.Equal("0", bmc.Read("power"));
    }

    [Fact]
    public async Task A_bmc_without_a_free_session_is_said()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        await bmc.TellAsync("sessions 1");
        using var socket = new IpmiSocket();
        await using (await Sessions.OpenAsync(socket, bmc.EndPoint))
        {
            var full = await Assert.ThrowsAsync<IpmiException>(() => Sessions.OpenAsync(socket, bmc.EndPoint));
            Assert.Equal(IpmiFailure.NoFreeSession, full.Failure);
        }

        await using var next = await Sessions.OpenAsync(socket, bmc.EndPoint);
        Assert.False(await next.IsOnAsync());
    }

    [Fact]
    public async Task A_frozen_bmc_is_named_within_five_seconds()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        await using var simulator = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        await using var open = await Sessions.OpenAsync(socket, simulator.EndPoint);
        simulator.Freeze();
        await bmc.TellAsync("mode frozen");
        var clock = Stopwatch.StartNew();
        var login = Assert.ThrowsAsync<IpmiException>(() => Sessions.OpenAsync(socket, bmc.EndPoint));
        var question = Assert.ThrowsAsync<IpmiException>(async () => await open.IsOnAsync());
        Assert.Equal(IpmiFailure.NoAnswer, (await login).Failure);
        Assert.Contains(bmc.EndPoint.ToString(), (await login).Message);
        Assert.Equal(IpmiFailure.NoAnswer, (await question).Failure);
        Assert.Contains(simulator.EndPoint.ToString(), (await question).Message);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));
        simulator.Thaw();
        Assert.False(await open.IsOnAsync());
    }

    [Fact]
    public async Task A_bad_line_only_takes_longer()
    {
        await using var bmc = await PyghmiBmc.StartAsync("lossy");
        using var socket = new IpmiSocket();
        var patient = Quick with { Timeouts = Quick.Timeouts with { First = TimeSpan.FromMilliseconds(20), Attempts = 10 } };
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint, patient);
        for (var i = 0; i < 30; i++)
            Assert.False(await session.IsOnAsync());
        Assert.Equal(0, socket.Dropped.Forged);
    }

    [Fact]
    public async Task Garbage_is_said_to_be_garbage()
    {
        await using var bmc = await PyghmiBmc.StartAsync("garbage");
        using var socket = new IpmiSocket();
        var bad = await Assert.ThrowsAsync<IpmiException>(() => Sessions.OpenAsync(socket, bmc.EndPoint, Quick));
        Assert.Equal(IpmiFailure.BadAnswer, bad.Failure);
    }

    [Fact]
    public async Task A_bmc_that_is_silent_about_a_strange_user_is_not_taken_for_dead()
    {
        await using var bmc = await PyghmiBmc.StartAsync("mute");
        using var socket = new IpmiSocket();
        var silent = await Assert.ThrowsAsync<IpmiException>(() => Sessions.OpenAsync(socket, bmc.EndPoint, Quick));
        Assert.Equal(IpmiFailure.NoAnswer, silent.Failure);
        Assert.Contains("user name 'admin'", silent.Message);
    }

    [Fact]
    public async Task A_session_taken_away_is_told_from_a_dead_bmc()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint, Quick);
        await bmc.TellAsync("forget");
        var lost = await Assert.ThrowsAsync<IpmiException>(async () => await session.IsOnAsync());
        Assert.Equal(IpmiFailure.SessionLost, lost.Failure);
        Assert.True(session.Ended.IsCancellationRequested);
        Assert.Equal(IpmiFailure.SessionLost, (await Assert.ThrowsAsync<IpmiException>(async () => await session.IsOnAsync())).Failure);
    }

    [Fact]
    public async Task A_slow_bmc_acts_once_and_is_asked_again_only_where_that_does_no_harm()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var session =
            await Sessions.OpenAsync(socket, bmc.EndPoint, Quick with { Timeouts = Quick.Timeouts with { Attempts = 4 } });
        await bmc.TellAsync("mode slow 1.2");
        var before = (await bmc.StatusAsync()).Commands;
        Assert.Equal(0, await session.ControlAsync(1));
        Assert.Equal((before + 1, "on"), await CommandsAndActions());
        Assert.True(await session.IsOnAsync());
        Assert.InRange((await CommandsAndActions()).Item1, before + 3, before + 4);
        Assert.Equal(0, socket.Dropped.Forged);

        async Task<(int, string)> CommandsAndActions()
        {
            var status = await bmc.StatusAsync();
            return (status.Commands, string.Join(' ', status.Actions));
        }
    }

    // The hook holds ipmi_sim up so long that ipmitool asks again and the machine is switched twice.
    [Fact]
    public async Task A_bmc_that_is_deaf_while_it_acts_acts_once()
    {
        await using var bmc = await IpmiSimulator.StartAsync(hookSeconds: 1.5);
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);
        Assert.Equal(0, await session.ControlAsync(1));
        Assert.True(await session.IsOnAsync());
        Assert.Single(bmc.HookCalls, "set power 1");
    }

    [Fact]
    public async Task Many_callers_of_a_connection_share_one_session()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var connection = new IpmiConnection(socket, bmc.EndPoint, Sessions.Credential(), IpmiSessionOptions.Default);
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => connection.IsOnAsync())), Assert.False);
        Assert.Equal(1, (await bmc.StatusAsync()).Opened);
    }

    [Fact]
    public async Task A_connection_opens_another_session_when_one_was_taken_away_and_acts_once()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var connection = new IpmiConnection(socket, bmc.EndPoint, Sessions.Credential(), Quick);
        Assert.False(await connection.IsOnAsync());
        await bmc.TellAsync("forget");
        Assert.False(await connection.IsOnAsync());
        Assert.Equal(0, await connection.ControlAsync(1));
        Assert.True(await connection.IsOnAsync());
        var status = await bmc.StatusAsync();
        Assert.Equal(2, status.Opened);
        Assert.Equal(["on"], status.Actions);
    }

    [Fact]
    public async Task A_connection_logs_in_once_with_a_wrong_password_until_it_is_told_to_try_again()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        using var socket = new IpmiSocket();
        await using var connection = new IpmiConnection(socket, bmc.EndPoint, Sessions.Credential(password: "wrong"), Quick);
        for (var i = 0; i < 5; i++)
            Assert.Equal(
                IpmiFailure.WrongCredential, (await Assert.ThrowsAsync<IpmiException>(async () => await connection.IsOnAsync())).Failure);
        Assert.Equal(1, (await bmc.StatusAsync()).Opened);
        connection.AllowLogin();
        await Assert.ThrowsAsync<IpmiException>(async () => await connection.IsOnAsync());
        Assert.Equal(2, (await bmc.StatusAsync()).Opened);
    }

    [Fact]
    public async Task Many_sessions_share_a_socket_also_with_the_same_bmc()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        await using var simulator = await IpmiSimulator.StartAsync();
        simulator.Write("power", "1");
        using var socket = new IpmiSocket();
        var opening =
            Enumerable.Range(0, 8).Select(i => Sessions.OpenAsync(socket, i % 2 == 0 ? bmc.EndPoint : simulator.EndPoint)).ToArray();
        var sessions = await Task.WhenAll(opening);
        for (var round = 0; round < 20; round++)
        {
            var on = await Task.WhenAll(sessions.Select(s => s.IsOnAsync()));
            Assert.Equal(sessions.Select(s => s.Bmc.Equals(simulator.EndPoint)), on);
        }

        await Task.WhenAll(sessions.Select(s => s.DisposeAsync().AsTask()));
        Assert.Equal(0, (await bmc.StatusAsync()).Sessions);
        Assert.Equal((0L, 0L), (socket.Dropped.Forged, socket.Dropped.Replayed));
    }

    [Fact]
    public async Task Only_a_bmc_answers_a_ping()
    {
        await using var simulator = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        var pong = await socket.PingAsync(simulator.EndPoint, IpmiTimeouts.Default, Cancel);
        Assert.True(pong?.SpeaksIpmi);
        Assert.Null(await socket.PingAsync(Peers.FreeEndPoint(), Quick.Timeouts, Cancel));
        var authentication = await socket.AskAuthenticationAsync(simulator.EndPoint, IpmiTimeouts.Default, Cancel);
        Assert.Equal((1, true, false), (authentication.Channel, authentication.SpeaksPlus, authentication.HasKey));
    }

    [Fact]
    public async Task Reference_clients_read_the_same_power_state()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        await using var simulator = await IpmiSimulator.StartAsync();
        using var socket = new IpmiSocket();
        foreach (var (address, suite) in new[] { (bmc.EndPoint, 17), (simulator.EndPoint, 3) })
        {
            await using var session = await Sessions.OpenAsync(socket, address);
            foreach (var on in new[] { true, false })
            {
                Assert.Equal(0, await session.ControlAsync((byte)(on ? 1 : 0)));
                Assert.Equal(on, await session.IsOnAsync());
                Assert.Contains(on ? "is on" : "is off", (await Peers.IpmitoolAsync(address, suite, "chassis", "power", "status")).Text);
                var freeipmi = await Peers.RunAsync("/usr/sbin/ipmipower", "-h", address.ToString(), "-u", "admin", "-p",
                    IpmiSimulator.Password, "-D", "LAN_2_0", "-I", suite.ToString(), "-W", "opensesspriv", "--stat");
                Assert.Contains(on ? ": on" : ": off", freeipmi.Text);
            }
        }
    }

    [Fact]
    public async Task A_bmc_with_an_ipv6_address_is_asked_the_same_way()
    {
        await using var bmc = await PyghmiBmc.StartAsync(address: System.Net.IPAddress.IPv6Loopback);
        using var socket = new IpmiSocket();
        await using var session = await Sessions.OpenAsync(socket, bmc.EndPoint);
        Assert.False(await session.IsOnAsync());
    }
}
