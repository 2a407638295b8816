using System.Diagnostics;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Completion as a shell asks for it.</summary>
public sealed class CompletionTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "rackboot");

    [Theory]
    [InlineData(
        "rackboot ", "apply asset bmc boot completion config console credential delete describe explain get lease power status watch")]
    [InlineData("rackboot ge", "get")]
    [InlineData("rackboot get ", "assets boots credentials leases machines profiles")]
    [InlineData("rackboot power ", "cycle follow identify off on reset soft status")]
    [InlineData("rackboot power on ", "node-01 node-02")]
    [InlineData("rackboot power on node-01 node-", "node-01 node-02")]
    [InlineData("rackboot power on node-01 --boot ", "Bios Disk Network")]
    [InlineData("rackboot bmc ", "boot firmware fru info media probe sel sensors")]
    [InlineData("rackboot bmc sel ", "node-01 node-02")]
    [InlineData("rackboot credential rotate ", "bmc")]
    [InlineData("rackboot get machines ", "node-01 node-02")]
    [InlineData("rackboot explain node-", "node-01 node-02")]
    [InlineData("rackboot delete machine ", "node-01 node-02")]
    [InlineData("rackboot asset remove ", "ipxe/arm64/snponly.efi")]
    [InlineData("rackboot boot show ", "b1")]
    [InlineData("rackboot console ", "node-01 node-02 --log --watch --take-over --escape --follow --tail --raw")]
    [InlineData("rackboot console node-01 --escape ", "^] none")]
    public async Task Bash_is_offered_the_words_that_fit(string line, string words)
    {
        await using var api = await StartAsync();
        Assert.Superset(words.Split(' ').ToHashSet(), (await BashAsync(api.Socket, line)).ToHashSet());
    }

    [Fact]
    public async Task Words_that_do_not_fit_are_not_offered()
    {
        await using var api = await StartAsync();
        Assert.Equal(["node-02"], await BashAsync(api.Socket, "rackboot explain node-02"));
    }

    [Theory]
    [InlineData("rackboot --socket {0} explain node-")]
    [InlineData("rackboot get --socket {0} machines node-")]
    public async Task The_socket_that_the_line_names_is_asked(string line)
    {
        await using var api = await StartAsync();
        Assert.Equal(["node-01", "node-02"],
            await BashAsync("/nowhere/rackboot.sock", string.Format(System.Globalization.CultureInfo.InvariantCulture, line, api.Socket)));
    }

    [Fact]
    public async Task Without_a_daemon_names_are_not_offered_and_nothing_is_printed() =>
        Assert.DoesNotContain(
            await BashAsync("/nowhere/rackboot.sock", "rackboot explain "), w => w.StartsWith("node", StringComparison.Ordinal));

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines", new ItemList<Machine>([Rack.Machine("node-01"), Rack.Machine("node-02")]));
        api.Answer("GET /api/v1/assets", new ItemList<Asset>([Rack.Asset("ipxe/arm64/snponly.efi")]));
        api.Answer("GET /api/v1/credentials", new ItemList<Credential>([Rack.Credential("bmc")]));
        api.Answer("GET /api/v1/boots", new ItemList<Boot>([Rack.Boot("b1")]));
        return api;
    }

    private static async Task<IReadOnlyList<string>> BashAsync(string socket, string line)
    {
        var script =
            $$"""
            PATH={{AppContext.BaseDirectory}}:$PATH
            source <(rackboot completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            COMP_WORDS=({{line}}{{(line.EndsWith(' ') ? "''" : "")}})
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _rackboot
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        Assert.True(File.Exists(Program));
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["RACKBOOT_SOCKET"] = socket;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
