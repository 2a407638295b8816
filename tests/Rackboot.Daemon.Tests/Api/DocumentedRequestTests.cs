using System.Diagnostics;
using System.Text.RegularExpressions;
using Rackboot.Tests;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The curl commands of docs/rest.md, run by a shell against the management plane in their order.</summary>
public sealed partial class DocumentedRequestTests
{
    [Fact]
    public async Task Every_request_of_the_page_is_answered()
    {
        await using var appliance = await ServedAppliance.StartAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(CommittedPage.Root, "docs", "rest.md"), TestContext.Current.CancellationToken);
        var commands = Block().Matches(page)
            .SelectMany(m => m.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.InRange(commands.Count, 10, 100);
        foreach (var command in commands)
        {
            var status = await RunAsync(command.Replace("/run/rackboot/rackboot.sock", appliance.Socket, StringComparison.Ordinal));
            Assert.True(status is "200" or "201", $"{command}: {status}");
        }
    }

    private static async Task<string> RunAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh",
            ["-c", command + " -o /dev/null -w '%{http_code}'"]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
