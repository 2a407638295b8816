using System.Net;
using System.Text;
using Rackboot.Core.Credentials;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Drivers;
using Rackboot.Tests.Shared;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>The operator's own service, a good one and bad ones.</summary>
public sealed class WebhookTests : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<string> _asked = [];
    private readonly WebhookPower _webhook;
    private Func<HttpListenerContext, (int Status, string Body)> _answer = _ => (200, "{\"power\":\"on\"}");

    public WebhookTests()
    {
        var port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _ = ServeAsync();
        _webhook = new WebhookPower(
            new Uri($"http://127.0.0.1:{port}/power?token=t0p"), "node 01", new Login("user", new Secret("hunter2")));
    }

    public async ValueTask DisposeAsync()
    {
        await _webhook.DisposeAsync();
        _listener.Close();
    }

    [Fact]
    public async Task It_is_asked_and_told_as_its_page_of_documentation_says()
    {
        Assert.Equal(PowerState.On, await _webhook.ReadStateAsync(CancellationToken.None));
        _answer = _ => (204, "");
        await _webhook.SwitchAsync(PowerSwitch.Soft, CancellationToken.None);
        await _webhook.SetBootOnceAsync(BootTarget.Network, CancellationToken.None);
        await _webhook.IdentifyAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
        _answer = _ => (200, "{\"power\":\"off\",\"boot\":\"network\",\"more\":[1]}");
        Assert.Equal(PowerState.Off, await _webhook.ReadStateAsync(CancellationToken.None));
        Assert.Equal(new BootOverride(BootTarget.Network, "network"), await _webhook.ReadBootAsync(CancellationToken.None));
        var basic = "Basic " + Convert.ToBase64String("user:hunter2"u8);
        Assert.Equal(
            [
                $"GET /power?token=t0p&machine=node%2001 {basic} ",
                $$"""POST /power?token=t0p {{basic}} {"machine":"node 01","action":"soft"}""",
                $$"""POST /power?token=t0p {{basic}} {"machine":"node 01","action":"boot","boot":"network"}""",
                $$"""POST /power?token=t0p {{basic}} {"machine":"node 01","action":"identify","seconds":60}""",
            ],
            _asked.Take(4));
    }

    [Theory]
    [InlineData(401, "", PowerFailure.WrongCredential, "refuses the login")]
    [InlineData(403, """{"error":"not yours"}""", PowerFailure.Refused, "does not permit this user to do that: not yours")]
    [InlineData(404, "", PowerFailure.Refused, "knows no machine node 01")]
    [InlineData(501, """{"error":"no lamp"}""", PowerFailure.NotSupported, "cannot do this: no lamp")]
    [InlineData(503, "<html>", PowerFailure.NoAnswer, "answers 503; try again later")]
    [InlineData(500, """{"error":"hint\u001b[2J"}""", PowerFailure.Refused, "answers 500: hint?[2J")]
    [InlineData(302, "", PowerFailure.Refused, "sent a redirect, which Rackboot does not follow")]
    [InlineData(200, "", PowerFailure.BadAnswer, "answers GET without a body")]
    [InlineData(200, "nonsense", PowerFailure.BadAnswer, "does not follow the protocol")]
    [InlineData(200, """{"power":"maybe"}""", PowerFailure.BadAnswer, "reports power \"maybe\"")]
    [InlineData(200, """{"power":7}""", PowerFailure.BadAnswer, "does not follow the protocol")]
    [InlineData(200, "[[[[[[[[[[[[[[[[[[[[", PowerFailure.BadAnswer, "does not follow the protocol")]
    public async Task What_it_does_wrong_is_said_plainly_and_without_the_secrets(
        int status, string body, PowerFailure failure, string message)
    {
        _answer = http =>
        {
            if (status == 302)
                http.Response.RedirectLocation = "http://127.0.0.2:1/";
            return (status, body);
        };
        var e = await Assert.ThrowsAsync<PowerException>(() => _webhook.ReadStateAsync(CancellationToken.None));
        Assert.Equal(failure, e.Failure);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("hunter2|t0p", e.ToString());
        Assert.Single(_asked);
    }

    [Fact]
    public async Task A_service_that_ends_its_connections_loses_no_command()
    {
        // HTTP/1.0: the connection ends with the answer, a little later.
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var told = 0;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptSocketAsync();
                var buffer = new byte[4096];
                var read = "";
                while (!read.Contains("\r\n\r\n", StringComparison.Ordinal)
                    || (read.StartsWith("POST", StringComparison.Ordinal) && !read.EndsWith('}')))
                    read += Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer));
                told += read.StartsWith("POST", StringComparison.Ordinal) ? 1 : 0;
                await client.SendAsync("HTTP/1.0 200 OK\r\nContent-Length: 14\r\n\r\n{\"power\":\"on\"}"u8.ToArray());
                client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                while (await client.ReceiveAsync(buffer) > 0)
                {
                    // What comes now comes too late.
                }
            }
        });
        await using var webhook = new WebhookPower(new Uri($"http://{listener.LocalEndpoint}/"), "a", null);
        for (var i = 0; i < 200; i++)
        {
            await webhook.ReadStateAsync(CancellationToken.None);
            await webhook.SwitchAsync(PowerSwitch.On, CancellationToken.None);
        }

        Assert.Equal(200, told);
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        _answer = _ => (200, new string(' ', 1_000_000));
        Assert.Contains(
            "more than 64 KiB", (await Assert.ThrowsAsync<PowerException>(() => _webhook.ReadStateAsync(CancellationToken.None))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_resets_its_connections_is_named()
    {
        using var server = new ResettingServer();
        await using var webhook = new WebhookPower(new Uri($"http://{server.Authority}/"), "a", null);
        for (var i = 0; i < ResettingServer.Tries; i++)
        {
            var e = await Assert.ThrowsAsync<PowerException>(() => webhook.ReadStateAsync(CancellationToken.None));
            Assert.Equal(PowerFailure.NoAnswer, e.Failure);
        }
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_named()
    {
        _listener.Stop();
        var e = await Assert.ThrowsAsync<PowerException>(() => _webhook.ReadStateAsync(CancellationToken.None));
        Assert.Equal(PowerFailure.NoAnswer, e.Failure);
        Assert.Matches(@"^the webhook http://127\.0\.0\.1:\d+/power is unreachable", e.Message);
    }

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
            try
            {
                var http = await _listener.GetContextAsync();
                using var reader = new StreamReader(http.Request.InputStream);
                _asked.Add($"{http.Request.HttpMethod} {http.Request.RawUrl} {http.Request.Headers["Authorization"]} "
                    + $"{await reader.ReadToEndAsync()}");
                var (status, body) = _answer(http);
                http.Response.StatusCode = status;
                http.Response.OutputStream.Write(Encoding.UTF8.GetBytes(body));
                http.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
                // The test is over, or the client went away as it should.
            }
    }
}
