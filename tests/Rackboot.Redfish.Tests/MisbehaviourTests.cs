using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Rackboot.Redfish.Tests.Server;
using Rackboot.Redfish.Tests.Table;
using Rackboot.Tests.Shared;

namespace Rackboot.Redfish.Tests;

/// <summary>Services that are slow, busy, broken or not what they seem: a clear error, soon.</summary>
public sealed class MisbehaviourTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task A_service_that_never_answers_is_given_up()
    {
        var error = await FailAsync(
            Misbehaviour.Everywhere(Misbehaviour.Never), o => o with { RequestTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(RedfishFailure.NoAnswer, error.Failure);
        Assert.Contains("no answer to GET /redfish/v1/Systems", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_trickles_is_given_up()
    {
        var error = await FailAsync(
            Misbehaviour.Everywhere(Misbehaviour.Trickle), o => o with { RequestTimeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(RedfishFailure.NoAnswer, error.Failure);
    }

    [Theory]
    [InlineData(null, "no answer to GET /redfish/v1/")]
    [InlineData("SSH-2.0-dropbear\r\n", "TLS failed")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "TLS failed")]
    public async Task A_port_that_speaks_no_TLS_is_given_up(string? says, string words)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = new RedfishService(
            new RedfishOptions
            {
                Address = new Uri($"https://{listener.LocalEndpoint}"),
                Credential = new RedfishCredential("root", RedfishServer.Password),
                Trust = RedfishTrust.FirstUse(),
                RequestTimeout = TimeSpan.FromMilliseconds(says is null ? 300 : 10_000),
            },
            _clock);
        var asked = client.ReadRootAsync();
        using var socket = await listener.AcceptSocketAsync();
        if (says is not null)
            await socket.SendAsync(Encoding.ASCII.GetBytes(says), SocketFlags.None);
        var error = await Assert.ThrowsAsync<RedfishException>(() => asked);
        Assert.Equal(RedfishFailure.NoAnswer, error.Failure);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_no_answer()
    {
        Uri address;
        await using (var gone = await RedfishServer.StartAsync("plain", _clock))
            address = gone.Address;
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client(o => o with { Address = address });
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.NoAnswer, error.Failure);
        Assert.Contains("check the address", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_resets_its_connections_is_no_answer()
    {
        using var server = new ResettingServer();
        for (var i = 0; i < ResettingServer.Tries; i++)
        {
            await using var client = new RedfishService(
                new RedfishOptions
                {
                    Address = new Uri($"https://{server.Authority}"),
                    Credential = new RedfishCredential("root", RedfishServer.Password),
                    Trust = RedfishTrust.FirstUse(),
                },
                _clock);
            var error = await Assert.ThrowsAsync<RedfishException>(() => client.ReadRootAsync());
            Assert.Equal(RedfishFailure.NoAnswer, error.Failure);
        }
    }

    [Theory]
    [InlineData("7")]
    [InlineData(null)]
    [InlineData("Sat, 21 Nov 2026 08:00:30 GMT")]
    [InlineData("soon")]
    public async Task A_busy_service_is_asked_again(string? retryAfter)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = Misbehaviour.Times(3, Misbehaviour.Status(503, retryAfter));
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task The_service_says_how_long_to_wait()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = Misbehaviour.Times(1, Misbehaviour.Status(503, "45"));
        await using var client = server.Client();
        var start = _clock.GetUtcNow();
        await client.Power.ReadStateAsync();
        Assert.Equal(TimeSpan.FromSeconds(45), _clock.GetUtcNow() - start);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("30")]
    [InlineData("86400")]
    public async Task A_service_that_stays_busy_is_given_up_within_the_limit(string? retryAfter)
    {
        var start = _clock.GetUtcNow();
        var error = await FailAsync(Misbehaviour.Everywhere(Misbehaviour.Status(503, retryAfter)));
        Assert.Equal(RedfishFailure.Busy, error.Failure);
        Assert.Contains("busy or starting for more than 120 s (HTTP 503)", error.Message, StringComparison.Ordinal);
        Assert.True(_clock.GetUtcNow() - start <= TimeSpan.FromSeconds(120));
    }

    [Fact]
    public async Task Half_an_answer_is_asked_for_once_more_and_then_an_error()
    {
        var asked = 0;
        var error = await FailAsync(Misbehaviour.Everywhere(c =>
        {
            asked++;
            return Misbehaviour.HalfAnAnswer(c);
        }));
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
        Assert.Contains("is incomplete", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task A_connection_that_the_service_had_closed_is_no_error()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = Misbehaviour.Times(1, c =>
        {
            c.Abort();
            return Task.CompletedTask;
        });
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Theory]
    [InlineData(
        """{"error":{"code":"Base.1.0.GeneralError","message":"No such boot device.","""
            + "\"@Message.ExtendedInfo\":[{\"MessageId\":\"Base.1.0.GeneralError\"}]}}",
        "\"No such boot device.\"")]
    [InlineData(
        """{"error":{"message":"See the extended information.","@Message.ExtendedInfo":[{"Message":"First."},{"Message":"Second."}]}}""",
        "\"First.; Second.\"")]
    [InlineData("""{"Boot@Message.ExtendedInfo":[{"MessageId":"Base.1.8.PropertyNotWritable"}]}""", "\"Base.1.8.PropertyNotWritable\"")]
    [InlineData("Failed to download.", "\"Failed to download.\"")]
    [InlineData("<html><body>Bad Request</body></html>", "(HTTP 403);")]
    [InlineData("", "(HTTP 403);")]
    public async Task What_the_service_says_about_a_refusal_is_told(string body, string words)
    {
        var error = await FailAsync(Misbehaviour.Everywhere(Misbehaviour.Status(403, body: body)));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Half_the_JSON_is_an_error() => await IsBadAnswerAsync(Misbehaviour.HalfTheJson, "is not JSON, is truncated");

    [Fact]
    public async Task Garbage_is_an_error() => await IsBadAnswerAsync(Misbehaviour.Garbage, "is not JSON");

    [Fact]
    public async Task What_is_not_HTTP_is_an_error() => await IsBadAnswerAsync(Misbehaviour.NoHttp, "is incomplete or not HTTP");

    [Fact]
    public async Task Ten_thousand_levels_of_JSON_are_an_error() => await IsBadAnswerAsync(Misbehaviour.Deep, "deeper than 64 levels");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fifty_megabytes_are_an_error(bool said) =>
        await IsBadAnswerAsync(c => Misbehaviour.Huge(c, said), "larger than 16384 KiB");

    [Fact]
    public async Task Compressed_answers_are_bounded_by_what_they_unpack_to()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Compresses = true;
        await using (var client = server.Client())
            Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        await using var strict = server.Client(o => o with { MaxAnswerBytes = 300 });
        var error = await Assert.ThrowsAsync<RedfishException>(() => strict.Power.ReadStateAsync());
        Assert.Contains("larger than", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://other.example/redfish/v1/Systems")]
    [InlineData("//other.example/redfish/v1/Systems")]
    [InlineData("http://127.0.0.1/redfish/v1/Systems")]
    [InlineData("https://user@127.0.0.1/")]
    public async Task A_redirect_to_another_host_is_not_followed(string to)
    {
        var error = await FailAsync(Misbehaviour.Everywhere(Misbehaviour.Redirect(to)));
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
        Assert.Contains("did not follow a link to another host", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_within_the_service_is_followed_and_a_circle_is_not()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = Misbehaviour.Times(1, c => Misbehaviour.Redirect(c.Request.Path + "/")(c));
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        var error = await FailAsync(Misbehaviour.Everywhere(c => Misbehaviour.Redirect(c.Request.Path)(c)));
        Assert.Contains("was redirected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_ever_sent_to_another_host()
    {
        await using var other = await RedfishServer.StartAsync("plain", _clock);
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.LeadTo = other.Address.GetLeftPart(UriPartial.Authority);
        var refused = 0;
        foreach (var operation in Operations.All)
        {
            await using var client = server.Client();
            var error = await Record.ExceptionAsync(() => operation.Try(client, server));
            refused += error is RedfishException e && e.Message.Contains("link to another host", StringComparison.Ordinal) ? 1 : 0;
        }

        Assert.Empty(other.Seen);
        Assert.True(refused > 30, $"{refused} were refused");
    }

    [Fact]
    public async Task A_system_that_has_moved_is_found_again()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        var system = server.Resources["/redfish/v1/Systems/one"]!.DeepClone().AsObject();
        server.Resources.Remove("/redfish/v1/Systems/one");
        server.Resources.Put("/redfish/v1/Systems/1", system);
        server.Resources["/redfish/v1/Systems"]!["Members"]![0]!["@odata.id"] = "/redfish/v1/Systems/1";
        server.Machine.SetPower("/redfish/v1/Systems/1", "On");
        Assert.Equal(RedfishPowerState.On, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task What_is_no_service_root_is_said_to_be_none()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async c =>
        {
            await c.Response.WriteAsync("<html>It works!</html>");
            return true;
        };
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.ReadRootAsync());
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
    }

    [Fact]
    public async Task Systems_that_show_late_are_waited_for()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        var systems = server.Resources["/redfish/v1/Systems"]!;
        var members = systems["Members"]!.DeepClone();
        systems["Members"] = null;
        server.Resources.Later(TimeSpan.FromSeconds(50), () => systems["Members"] = members);
        await using var client = server.Client();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task A_machine_starting_up_that_refuses_a_change_for_now_is_asked_again()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "HPE";
        var posts = 2;
        server.Mood.Before = async context =>
        {
            if (context.Request.Method != "PATCH" || posts-- <= 0)
                return false;
            await Misbehaviour.Status(
                400, body: """{"error":{"@Message.ExtendedInfo":[{"MessageId":"iLO.2.25.UnableToModifyDuringSystemPOST"}]}}""")(context);
            return true;
        };
        await using var client = server.Client();
        Assert.Equal(
            RedfishBootTarget.Pxe, (await client.Boot.SetAsync(new(RedfishBootTarget.Pxe, RedfishBootDuration.Once))).Override.Target);
    }

    private async Task IsBadAnswerAsync(Func<HttpContext, Task> answer, string words)
    {
        var error = await FailAsync(Misbehaviour.Everywhere(answer));
        Assert.Equal(RedfishFailure.BadAnswer, error.Failure);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    private async Task<RedfishException> FailAsync(
        Func<HttpContext, Task<bool>> before, Func<RedfishOptions, RedfishOptions>? change = null)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = before;
        await using var client = server.Client(change);
        var watch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.StartsWith(client.Host + ": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(';', error.Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
        return error;
    }
}
