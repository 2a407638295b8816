using System.Text.Json.Nodes;
using Rackboot.Redfish.Tests.Server;
using Rackboot.Redfish.Tests.Table;

namespace Rackboot.Redfish.Tests;

/// <summary>No secret is in any message.</summary>
public sealed class SecretTests
{
    private const string Another = "An0ther-passw0rd";
    private readonly HurryingClock _clock = new();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(412)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_service_that_repeats_what_was_sent_does_not_make_us_repeat_it(int status)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.Before = async context =>
        {
            if (context.Request.Method is "GET" or "DELETE")
                return false;
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            var body = JsonValue.Create($"Bad value: {await reader.ReadToEndAsync()} {headers["X-Auth-Token"]} {headers.Authorization}")
                .ToJsonString();
            await Misbehaviour.Status(
                status,
                body: $$$"""{"error":{"@Message.ExtendedInfo":[{"MessageId":"Base.1.8.PropertyValueError","Message":{{{body}}}}]}}""")(
                    context);
            return true;
        };
        foreach (var authentication in Enum.GetValues<RedfishAuthentication>())
        {
            await using var client = server.Client(o => o with { Authentication = authentication });
            foreach (var error in await ErrorsAsync(client, server))
                AssertNoSecret(error);
        }
    }

    [Fact]
    public async Task No_operation_puts_a_secret_into_a_message_when_every_write_is_refused()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.RepeatsBodyInErrors = true;
        server.Mood.ETags = ServerMood.Etags.OnlyNone;
        server.Accounts.Passwords[RedfishServer.User] = RedfishServer.Password;
        await using var client = server.Client();
        var token = "";
        foreach (var error in await ErrorsAsync(client, server))
        {
            AssertNoSecret(error);
            token = server.Accounts.LastToken;
            Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
        }

        Assert.NotEmpty(token);
    }

    [Theory]
    [InlineData("pass\"word\\")]
    [InlineData("pä ss+wörd/")]
    public async Task A_password_of_odd_characters_is_found_in_the_form_in_which_it_was_sent(string password)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var connection = new RedfishConnection(server.Options(password), _clock);
        var sent = JsonValue.Create(password).ToJsonString()[1..^1];
        Assert.Equal("a *** b *** c", connection.Scrub($"a {password} b {sent} c"));
    }

    private static async Task<List<Exception>> ErrorsAsync(RedfishService client, RedfishServer server)
    {
        var errors = new List<Exception>();
        foreach (var operation in Operations.All)
            await TryAsync(() => operation.Try(client, server));
        await TryAsync(() => client.Accounts.ChangePasswordAsync(RedfishServer.User, Another));
        await TryAsync(() => client.Accounts.ChangePasswordAsync("nobody", Another));
        await TryAsync(() => client.Accounts.AddAsync("fleet", Another));
        return errors;

        async Task TryAsync(Func<Task> operation)
        {
            try
            {
                await operation();
            }
            catch (RedfishException e)
            {
                errors.Add(e);
            }
            catch (Xunit.Sdk.XunitException)
            {
                // what the table's operations expect of a service that works
            }
        }
    }

    private static void AssertNoSecret(Exception error)
    {
        var everything = error.ToString();
        Assert.DoesNotContain(RedfishServer.Password, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Another, everything, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{RedfishServer.User}:{RedfishServer.Password}")),
            everything, StringComparison.Ordinal);
        Assert.DoesNotContain("token-", everything, StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1:", error.Message, StringComparison.Ordinal);
    }
}
