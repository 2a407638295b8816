using System.Text.Json.Nodes;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Redfish.Tests;

/// <summary>Accounts and passwords.</summary>
public sealed class AccountTests
{
    private readonly HurryingClock _clock = new();

    [Fact]
    public async Task Accounts_are_listed_and_empty_slots_are_not()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1/AccountService/Accounts/1"]!["UserName"] = "";
        await using var client = server.Client();
        Assert.Equal([(RedfishServer.User, "Administrator")], (await client.Accounts.ListAsync()).Select(a => (a.UserName, a.Role!)));
    }

    [Fact]
    public async Task Ones_own_new_password_is_proven_and_used_from_then_on()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Accounts.ChangePasswordAsync(RedfishServer.User, "n3w-Passw0rd");
        server.Accounts.ForgetSessions();
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
        Assert.Equal(0, server.Accounts.WrongPasswords);
    }

    [Theory]
    [InlineData(RedfishAuthentication.SessionThenBasic)]
    [InlineData(RedfishAuthentication.Basic)]
    public async Task A_new_password_that_does_not_work_leaves_the_old_one_in_use(RedfishAuthentication authentication)
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.ForgetsNewPasswords = true;
        await using var client = server.Client(o => o with { Authentication = authentication });
        var error = await Assert.ThrowsAsync<RedfishException>(
            () => client.Accounts.ChangePasswordAsync(RedfishServer.User, "n3w-Passw0rd"));
        Assert.Equal(RedfishFailure.Refused, error.Failure);
        Assert.Contains("refuses a login with it; the old one stays in use", error.Message, StringComparison.Ordinal);
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task A_password_that_must_be_changed_before_anything_else_is_changed()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Mood.PasswordMustChange = true;
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Power.ReadStateAsync());
        Assert.Equal(RedfishFailure.InsufficientPrivilege, error.Failure);
        Assert.Contains("change the account's password first", error.Message, StringComparison.Ordinal);
        await client.Accounts.ChangePasswordAsync(RedfishServer.User, "n3w-Passw0rd");
        Assert.Equal(RedfishPowerState.Off, await client.Power.ReadStateAsync());
    }

    [Fact]
    public async Task Anothers_password_is_changed_without_touching_ones_own()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        await client.Accounts.ChangePasswordAsync("viewer", "v1ewer-Passw0rd");
        Assert.Equal("v1ewer-Passw0rd", server.Accounts.Passwords["viewer"]);
        Assert.Single(server.Sent("POST", "Sessions"));
    }

    [Fact]
    public async Task A_password_of_a_length_that_is_not_allowed_is_not_sent()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1/AccountService"]!["MaxPasswordLength"] = 20;
        await using var client = server.Client();
        foreach (var password in new[] { "short", new string('x', 21) })
        {
            var error = await Assert.ThrowsAsync<RedfishException>(() => client.Accounts.ChangePasswordAsync(RedfishServer.User, password));
            Assert.Contains("must have 8 to 20 characters", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(server.Sent("PATCH"));
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_an_error_that_names_those_that_are()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<RedfishException>(() => client.Accounts.ChangePasswordAsync("nobody", "n3w-Passw0rd"));
        Assert.Contains("it has: viewer, rackboot", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_accounts_are_slots_a_new_one_goes_into_the_first_that_is_free()
    {
        await using var server = await RedfishServer.StartAsync("plain", _clock);
        server.Resources["/redfish/v1"]!["Vendor"] = "Dell";
        server.Resources["/redfish/v1/AccountService/Accounts/1"]!["UserName"] = "";
        var members = server.Resources["/redfish/v1/AccountService/Accounts"]!["Members"]!.AsArray();
        foreach (var slot in new[] { 3, 4 })
        {
            server.Resources.Put($"/redfish/v1/AccountService/Accounts/{slot}",
                new JsonObject { ["Id"] = $"{slot}", ["UserName"] = slot == 3 ? "taken" : "" });
            members.Add(new JsonObject { ["@odata.id"] = $"/redfish/v1/AccountService/Accounts/{slot}" });
        }

        await using var client = server.Client();
        await client.Accounts.AddAsync("fleet", "fl33t-Passw0rd");
        Assert.EndsWith("/Accounts/4", Assert.Single(server.Sent("PATCH")).Path, StringComparison.Ordinal);
        Assert.Empty(server.Sent("POST", "Accounts"));
    }
}
