using System.Net;
using Rackboot.Contracts;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.Tests.Api;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>Who guesses is slowed, and nobody else.</summary>
public sealed class ThrottleTests
{
    private static readonly IPAddress Attacker = IPAddress.Parse("192.0.2.66");
    private static readonly IPAddress Colleague = IPAddress.Parse("192.0.2.7");

    private readonly LeapingTime _clock = new();

    [Fact]
    public void Who_fails_too_often_waits_and_may_try_again_later()
    {
        var throttle = new Throttle(_clock);
        for (var i = 0; i < Throttle.Burst; i++)
        {
            Assert.Null(throttle.Wait(Attacker, null));
            throttle.Failed(Attacker, null);
        }

        Assert.InRange(throttle.Wait(Attacker, null)!.Value, TimeSpan.FromSeconds(1), Throttle.Refill);
        Assert.Null(throttle.Wait(Colleague, null));
        _clock.Leap(Throttle.Refill);
        Assert.Null(throttle.Wait(Attacker, null));
    }

    [Fact]
    public void A_token_that_is_guessed_at_from_everywhere_stays_good_where_it_was_used()
    {
        var throttle = new Throttle(_clock);
        throttle.Succeeded(Colleague, "1a2b3c4d");
        for (var i = 0; i < 300; i++)
            throttle.Failed(new IPAddress([198, 51, 100, (byte)i]), "1a2b3c4d");

        Assert.NotNull(throttle.Wait(IPAddress.Parse("198.51.100.200"), "1a2b3c4d"));
        Assert.NotNull(throttle.Wait(IPAddress.Parse("203.0.113.1"), "1a2b3c4d"));
        Assert.Null(throttle.Wait(Colleague, "1a2b3c4d"));
    }

    [Fact]
    public void The_addresses_of_an_IPv6_network_count_as_one()
    {
        var throttle = new Throttle(_clock);
        for (var i = 0; i < Throttle.Burst; i++)
            throttle.Failed(IPAddress.Parse($"2001:db8::{i:x}"), null);
        Assert.NotNull(throttle.Wait(IPAddress.Parse("2001:db8::ffff"), null));
        Assert.Null(throttle.Wait(IPAddress.Parse("2001:db8:0:1::1"), null));
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var throttle = new Throttle(_clock);
        for (var i = 0; i < 100_000; i++)
            throttle.Failed(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), $"{i:x8}");
        Assert.Equal(4096, throttle.Remembered);
    }

    [Fact]
    public async Task Ten_thousand_wrong_tokens_fill_neither_the_audit_nor_the_events_and_who_is_on_the_socket_gets_in()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        using var attacker = appliance.Network();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<HttpStatusCode, int>();
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, stop) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, ApiPaths.Machines);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer rb_{i:x8}_{i:x64}");
            using var answer = await attacker.SendAsync(request, stop);
            statuses.AddOrUpdate(answer.StatusCode, 1, (_, n) => n + 1);
        });

        Assert.Equal(10_000, statuses.Values.Sum());
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests], statuses.Keys.Order());
        Assert.InRange(statuses[HttpStatusCode.TooManyRequests], 9000, 10_000);
        Assert.InRange(appliance.Audit.Newest().Count(), 1, 300);
        Assert.InRange(appliance.Store.Store.Load(Table.Events).Count(e =>
            System.Text.Encoding.UTF8.GetString(e.Body.Span).Contains("access.refused", StringComparison.Ordinal)), 0, 300);
        using var socket = await appliance.SendAsync(HttpMethod.Get, ApiPaths.Machines);
        Assert.Equal(HttpStatusCode.OK, socket.StatusCode);
        Assert.Null(appliance.Audit.Check().Mistake);
    }
}
