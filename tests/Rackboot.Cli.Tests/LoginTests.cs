using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Rackboot.Cli.Tests;

/// <summary>Logging in to an appliance on the network, and contexts.</summary>
public sealed class LoginTests
{
    [Fact]
    public async Task A_login_pins_the_certificate_and_commands_go_to_that_appliance()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        var login = await appliance.RunAsync(
            "good\n", ["login", appliance.Url, "--name", "lab", "--token-file", "-", "--fingerprint", appliance.Fingerprint]);
        Assert.Equal((ExitCode.Ok, $"logged in to {new Uri(appliance.Url).Authority} as token:ci, operator, only rack=r1; commands go to "
            + "context lab now\n"), (login.Exit, login.Output));

        var file = appliance.Environment["RACKBOOT_CONFIG"];
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("token:ci (operator, only rack=r1)\n", (await appliance.RunAsync("whoami")).Output);
        var list = await appliance.RunAsync("context", "list");
        Assert.Contains("*   lab", list.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("good", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_an_unknown_certificate_is_shown_and_not_trusted()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        var login = await appliance.RunAsync("good\n", ["login", appliance.Url, "--token-file", "-"]);
        Assert.Equal(ExitCode.Usage, login.Exit);
        Assert.Contains(appliance.Fingerprint, login.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(appliance.Environment["RACKBOOT_CONFIG"]));
    }

    [Fact]
    public async Task Another_certificate_than_the_expected_gets_no_token()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        var login = await appliance.RunAsync(
            "good\n", ["login", appliance.Url, "--token-file", "-", "--fingerprint", appliance.Fingerprint[..^2] + "00"]);
        Assert.Equal(ExitCode.Failed, login.Exit);
        Assert.Contains("nothing was sent to it", login.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_changed_is_refused_and_the_message_says_what_to_do()
    {
        await using var first = await FakeAppliance.StartAsync();
        await using var second = await FakeAppliance.StartAsync();
        await first.RunAsync("good\n", ["login", first.Url, "--name", "lab", "--token-file", "-", "--fingerprint", first.Fingerprint]);
        var file = first.Environment["RACKBOOT_CONFIG"];
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace(
            new Uri(first.Url).Port.ToString(), new Uri(second.Url).Port.ToString(), StringComparison.Ordinal));

        var outcome = await first.RunAsync("whoami");
        Assert.Equal(ExitCode.Unreachable, outcome.Exit);
        Assert.Contains($"shows another certificate than before: {second.Fingerprint}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"rackboot login {second.Url}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_makes_no_context()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        var login = await appliance.RunAsync("bad\n", ["login", appliance.Url, "--token-file", "-", "--yes"]);
        Assert.Equal(ExitCode.Failed, login.Exit);
        Assert.Contains("no login, or one that is not good", login.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(appliance.Environment["RACKBOOT_CONFIG"]));
    }

    [Fact]
    public async Task The_token_of_the_environment_goes_before_that_of_the_context()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        appliance.Tokens["other"] = "token:other";
        var login = await appliance.RunAsync("", ["login", appliance.Url, "--name", "lab", "--yes"], ("RACKBOOT_TOKEN", "good"));
        Assert.Equal(ExitCode.Ok, login.Exit);
        Assert.StartsWith("token:other", (await appliance.RunAsync("", ["whoami"], ("RACKBOOT_TOKEN", "other"))).Output,
            StringComparison.Ordinal);
        Assert.StartsWith("token:ci", (await appliance.RunAsync("whoami")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contexts_are_chosen_and_deleted()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        foreach (var name in new[] { "a", "b" })
            await appliance.RunAsync("good\n", ["login", appliance.Url, "--name", name, "--token-file", "-", "--yes"]);
        Assert.Equal("commands go to a now\n", (await appliance.RunAsync("context", "use", "a")).Output);
        Assert.Equal(ExitCode.Ok, (await appliance.RunAsync("--context", "b", "whoami")).Exit);
        Assert.Contains("there is no context c; rackboot context list shows them", (await appliance.RunAsync("--context", "c", "whoami"))
            .Error, StringComparison.Ordinal);
        Assert.Equal("context a deleted\n", (await appliance.RunAsync("context", "delete", "a")).Output);
        var local = await appliance.RunAsync("", ["whoami"], ("RACKBOOT_SOCKET", "/nonexistent/rackboot.sock"));
        Assert.Contains("not reachable at /nonexistent/rackboot.sock", local.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://appliance:8443")]
    [InlineData("https://appliance:8443/api")]
    [InlineData("https://")]
    public async Task What_is_no_address_of_an_appliance_is_refused(string url) =>
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync("login", url)).Exit);

    [Fact]
    public async Task A_login_by_OIDC_waits_for_the_browser_and_is_renewed()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        var (ended, renewed) = (Token(-60), Token(3600));
        appliance.Tokens[ended] = appliance.Tokens[renewed] = "oidc:alice";
        appliance.Answers.Enqueue(new { error = "authorization_pending" });
        appliance.Answers.Enqueue(new { id_token = ended, refresh_token = "r1" });
        var login = await appliance.RunAsync("login", appliance.Url, "--name", "lab", "--oidc", "--yes");
        Assert.Equal(ExitCode.Ok, login.Exit);
        Assert.Contains("Open https://sso.example.com/device and enter the code ABCD-EFGH.", login.Error, StringComparison.Ordinal);

        appliance.Answers.Enqueue(new { id_token = renewed, refresh_token = "r2" });
        Assert.StartsWith("oidc:alice", (await appliance.RunAsync("whoami")).Output, StringComparison.Ordinal);
        Assert.Contains(appliance.Asked, a => a.Contains("grant_type=refresh_token&refresh_token=r1", StringComparison.Ordinal));
        var asked = appliance.Asked.Count;
        Assert.Equal(ExitCode.Ok, (await appliance.RunAsync("whoami")).Exit);
        Assert.Equal(asked, appliance.Asked.Count);
    }

    [Fact]
    public async Task A_login_by_OIDC_that_the_user_declines_makes_no_context()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        appliance.Answers.Enqueue(new { error = "access_denied", error_description = "the user said no" });
        var login = await appliance.RunAsync("login", appliance.Url, "--oidc", "--yes");
        Assert.Equal(ExitCode.Failed, login.Exit);
        Assert.Contains("not logged in: the user said no", login.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(appliance.Environment["RACKBOOT_CONFIG"]));
    }

    [Fact]
    public async Task A_damaged_file_of_contexts_is_named()
    {
        await using var appliance = await FakeAppliance.StartAsync();
        await File.WriteAllTextAsync(appliance.Environment["RACKBOOT_CONFIG"], "{");
        var outcome = await appliance.RunAsync("whoami");
        Assert.Equal(ExitCode.Failed, outcome.Exit);
        Assert.Contains($"{appliance.Environment["RACKBOOT_CONFIG"]} cannot be read", outcome.Error, StringComparison.Ordinal);
    }

    private static string Token(int seconds)
    {
        var ends = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + seconds;
        return $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { exp = ends })))}.x";
    }
}
