using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>The commands that change something.</summary>
public sealed class ChangingTests : IDisposable
{
    private const string RackFile =
        """
        apiVersion: v1alpha1
        kind: Machine
        name: node-01
        macs: ["52:54:00:00:01:04"]
        profile: default
        machineConfig: { file: node-01.cfg }
        ---
        apiVersion: v1alpha1
        kind: Profile
        name: default
        talos: { version: v1.14.0 }
        """;

    private readonly string _directory = Directory.CreateTempSubdirectory("rb-cli-files-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task All_documents_go_in_one_request_with_profiles_before_machines()
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, "apply", "-f", await WriteRackAsync());
        Assert.Equal(new Outcome(ExitCode.Ok, "profile/default created\nmachine/node-01 configured\n", ""), outcome);
        Assert.Equal(["POST /api/v1/apply"], api.Lines.Where(l => l.StartsWith("POST", StringComparison.Ordinal)));
        var items = api.Requests.Last(q => q.Line.StartsWith("POST", StringComparison.Ordinal)).Json.GetProperty("items");
        Assert.Equal(["Profile", "Machine"], items.EnumerateArray().Select(i => i.GetProperty("kind").GetString()));
        Assert.Equal("secret: 1\n", items[1].GetProperty("machineConfig").GetProperty("content").GetString());
    }

    [Fact]
    public async Task What_will_stop_a_boot_is_told_with_its_file_and_line_whether_or_not_the_rest_is_right()
    {
        await using var api = await StartAsync();
        var file = await WriteRackAsync();
        ProblemError[] warnings = [new("/talos", "the initramfs is missing")];
        api.Answer("POST /api/v1/apply", new ItemList<ApplyResult>(
            [new("Profile", "default", ApplyOutcome.Created, Warnings: warnings), new("Machine", "node-01", ApplyOutcome.Created)]));
        var outcome = await Shell.RunAsync(api, "apply", "-f", file);
        Assert.Equal((ExitCode.Ok, $"warning: {file}:11: talos: the initramfs is missing\n"), (outcome.Exit, outcome.Error));
    }

    // What is observed of a provider is part of its ETag when it is read, and not when it is written.
    [Fact]
    public async Task A_provider_that_is_stored_as_it_was_is_unchanged()
    {
        await using var api = await StartAsync();
        var provider = new CloudProvider { Name = "eu", Provider = "latitude", Credential = "token" };
        api.Answer("GET /api/v1/providers/eu", provider, etag: "3.c0ffee");
        api.Answer("PUT /api/v1/providers/eu", provider, etag: "3");
        var file = Path.Combine(_directory, "eu.yaml");
        await File.WriteAllTextAsync(file, "apiVersion: v1alpha1\nkind: Provider\nname: eu\nprovider: latitude\ncredential: token\n"
            + "limits: { machines: 3 }\n", TestContext.Current.CancellationToken);
        Assert.Equal(new Outcome(ExitCode.Ok, "provider/eu unchanged\n", ""), await Shell.RunAsync(api, "apply", "-f", file));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_happen()
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, "apply", "--dry-run", "-f", await WriteRackAsync());
        Assert.Equal(new Outcome(ExitCode.Ok, "profile/default created (dry run)\nmachine/node-01 configured (dry run)\n", ""), outcome);
        Assert.Equal(["POST /api/v1/apply?dryRun=true"], api.Lines.Where(l => l.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_the_daemon_refuses_is_told_with_file_and_line()
    {
        await using var api = await StartAsync();
        api.Refuse("POST /api/v1/apply", 422, "two mistakes", new ProblemError("/items/1/macs/0", "is not a MAC address"),
            new ProblemError("/items/1/address", "is missing"), new ProblemError("/items/0", "is wrong"));
        var file = await WriteRackAsync();
        var outcome = await Shell.RunAsync(api, "apply", "-f", file);
        Assert.Equal(new Outcome(
            ExitCode.Usage, "", $"{file}:4: macs[0]: is not a MAC address\n{file}:1: address: is missing\n{file}:8: is wrong\n"), outcome);
    }

    [Fact]
    public async Task A_conflict_has_an_exit_code_of_its_own()
    {
        await using var api = await StartAsync();
        api.Refuse("POST /api/v1/apply", 409, "taken", new ProblemError("/items/1/macs/0", "belongs to node-02"));
        Assert.Equal(ExitCode.Conflict, (await Shell.RunAsync(api, "apply", "-f", await WriteRackAsync())).Exit);
    }

    [Fact]
    public async Task A_directory_gives_all_its_yaml_files_and_a_document_stands_in_them_once()
    {
        await using var api = await StartAsync();
        await WriteRackAsync();
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync(api, "apply", "-f", _directory)).Exit);
        await Shell.WriteAsync(_directory, "again.yml", RackFile[RackFile.IndexOf("---", StringComparison.Ordinal)..]);
        var twice = await Shell.RunAsync(api, "apply", "-f", _directory);
        Assert.Equal(ExitCode.Usage, twice.Exit);
        Assert.Contains($"{_directory}/rack.yaml:8: Profile default is defined twice; the first is at {_directory}/again.yml:2",
            twice.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("---\n---\n")]
    public async Task A_file_without_a_document_is_wrong_input(string content)
    {
        await using var api = await StartAsync();
        var outcome = await Shell.RunAsync(api, "apply", "-f", await Shell.WriteAsync(_directory, "empty.yaml", content));
        Assert.Equal(new Outcome(ExitCode.Usage, "", "the files hold no documents\n"), outcome);
    }

    [Fact]
    public async Task What_two_machines_of_the_files_both_claim_is_told_before_anything_is_changed()
    {
        await using var api = await StartAsync();
        var file = await Shell.WriteAsync(_directory, "twice.yaml",
            """
            apiVersion: v1alpha1
            kind: Machine
            name: node-01
            macs: ["52:54:00:00:01:04"]
            uuid: 4c4c4544-0042-3510-8052-b4c04f4d3732
            serial: S-1
            address: 10.20.0.21
            ---
            apiVersion: v1alpha1
            kind: Machine
            name: node-02
            macs: ["52:54:00:00:01:05", "5254.0000.0104"]
            uuid: 44454c4c-4200-1035-8052-b4c04f4d3732
            serial: " S-1"
            address: 10.20.0.21
            """);
        var outcome = await Shell.RunAsync(api, "apply", "-f", file);
        Assert.Equal(
            new Outcome(ExitCode.Conflict, "",
                $"""
                {file}:12: macs[1]: 5254.0000.0104 is claimed by machine node-01 too ({file}:4)
                {file}:13: uuid: 44454c4c-4200-1035-8052-b4c04f4d3732 is claimed by machine node-01 too ({file}:5)
                {file}:14: serial:  S-1 is claimed by machine node-01 too ({file}:6)
                {file}:15: address: 10.20.0.21 is claimed by machine node-01 too ({file}:7)

                """),
            outcome);
        Assert.All(api.Lines, l => Assert.EndsWith("?dryRun=true", l, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Documents_come_from_standard_input_too()
    {
        await using var api = await StartAsync();
        await WriteRackAsync();
        var outcome = await Shell.RunProgramAsync(_directory, RackFile, "apply", "-f", "-", "--socket", api.Socket);
        Assert.Equal(new Outcome(ExitCode.Ok, "profile/default created\nmachine/node-01 configured\n", ""), outcome);
        Assert.Equal("secret: 1\n", api.Requests.Last(q => q.Line.StartsWith("POST", StringComparison.Ordinal)).Json.GetProperty("items")[1]
            .GetProperty("machineConfig").GetProperty("content").GetString());
        var wrong = await Shell.RunProgramAsync(
            _directory, "apiVersion: v1alpha1\nkind: Rack\nname: a\n", "apply", "-f", "-", "--socket", api.Socket);
        Assert.Equal(ExitCode.Usage, wrong.Exit);
        Assert.StartsWith("stdin:2: kind: \"Rack\" is not known", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_files_to_remove_each_that_may_not_go_is_named_and_the_rest_goes()
    {
        await using var api = await StartAsync();
        api.Refuse("DELETE /api/v1/assets/ipxe/amd64/snponly.efi", 409, "it belongs to the distribution");
        api.Answer("DELETE /api/v1/assets/ipxe/arm64/snponly.efi", http => { http.Response.StatusCode = 204; return Task.CompletedTask; });
        Assert.Equal(
            new Outcome(ExitCode.Conflict, "asset/ipxe/arm64/snponly.efi removed\n", "rackboot: it belongs to the distribution\n"),
            await Shell.RunAsync(api, "asset", "remove", "ipxe/amd64/snponly.efi", "ipxe/arm64/snponly.efi"));
    }

    [Theory]
    [InlineData(404, ExitCode.NotFound)]
    [InlineData(409, ExitCode.Conflict)]
    [InlineData(412, ExitCode.Conflict)]
    [InlineData(422, ExitCode.Usage)]
    [InlineData(500, ExitCode.Failed)]
    public async Task The_daemons_answer_decides_the_exit_code(int status, int exit)
    {
        await using var api = await StartAsync();
        api.Refuse("POST /api/v1/delete", status, "because it is so");
        Assert.Equal(new Outcome(exit, "", "rackboot: because it is so\n"), await Shell.RunAsync(api, "delete", "machine", "node-01"));
    }

    [Theory]
    [InlineData("asset remove ../machines/node-01")]
    [InlineData("asset remove talos/../../machines/node-01")]
    [InlineData("asset remove ..\\machines\\node-01")]
    [InlineData("asset remove %2e%2e/machines/node-01")]
    [InlineData("delete machine ..")]
    [InlineData("delete machine ../profiles/default")]
    [InlineData("delete profile .")]
    public async Task A_name_never_reaches_another_thing(string command)
    {
        await using var api = await StartAsync();
        Assert.NotEqual(ExitCode.Ok, (await Shell.RunAsync(api, command.Split(' '))).Exit);
        Assert.DoesNotContain(api.Lines, l =>
            l is "DELETE /api/v1/machines/node-01" or "DELETE /api/v1/profiles/default" or "DELETE /api/v1/machines/" or "DELETE /api/v1/");
    }

    [Fact]
    public async Task Boot_files_are_sent_under_the_names_that_profiles_look_for()
    {
        await using var api = await StartAsync();
        var kernel = Path.Combine(_directory, "kernel");
        var bytes = new byte[4096];
        "HdrS"u8.CopyTo(bytes.AsSpan(0x202));
        await File.WriteAllBytesAsync(kernel, bytes);
        var initramfs = await Shell.WriteAsync(_directory, "initramfs", "an archive");
        var outcome = await Shell.RunAsync(api, "asset", "import", "--version", "v1.14.0", "--kernel", kernel, "--initramfs", initramfs);
        Assert.Equal((ExitCode.Ok, ""), (outcome.Exit, outcome.Error));
        Assert.Equal(["PUT /api/v1/assets/talos/v1.14.0/amd64/kernel", "PUT /api/v1/assets/talos/v1.14.0/amd64/initramfs"], api.Lines);
        Assert.Equal((4096, "an archive"), (api.Requests[0].Body.Length, api.Requests[1].Body));
        Assert.Equal($"asset/talos/v1.14.0/amd64/kernel imported, 1,234,567 bytes, SHA-256 {new string('b', 64)}", outcome.Lines[0]);
    }

    [Fact]
    public async Task A_file_name_with_signs_of_a_url_is_sent_whole()
    {
        await using var api = await StartAsync();
        var file = await Shell.WriteAsync(_directory, "snp only?#1.efi", "MZ");
        api.Answer("PUT /api/v1/assets/ipxe/arm64/snp only?#1.efi", Rack.Asset("ipxe/arm64/snp only?#1.efi", 2), 201);
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync(api, "asset", "import", "--ipxe", "arm64", file)).Exit);
    }

    [Theory]
    [InlineData("--kernel", "", "is empty")]
    [InlineData("--kernel", "not a kernel", "is not an amd64 Linux kernel; Talos calls it kernel-amd64")]
    public async Task A_wrong_boot_file_is_never_sent(string option, string content, string mistake)
    {
        await using var api = await StartAsync();
        var file = await Shell.WriteAsync(_directory, "file", content);
        Assert.Equal(new Outcome(ExitCode.Usage, "", $"rackboot: {file} {mistake}\n"),
            await Shell.RunAsync(api, "asset", "import", "--version", "v1.14.0", option, file));
        Assert.Empty(api.Lines);
    }

    [Fact]
    public async Task Assets_are_removed_by_name()
    {
        await using var api = await StartAsync();
        api.Answer("DELETE /api/v1/assets/ipxe/arm64/snponly.efi", http => { http.Response.StatusCode = 204; return Task.CompletedTask; });
        Assert.Equal(
            "asset/ipxe/arm64/snponly.efi removed\n", (await Shell.RunAsync(api, "asset", "remove", "ipxe/arm64/snponly.efi")).Output);
    }

    private async Task<string> WriteRackAsync()
    {
        await Shell.WriteAsync(_directory, "node-01.cfg", "secret: 1\n");
        return await Shell.WriteAsync(_directory, "rack.yaml", RackFile);
    }

    private static async Task<FakeApi> StartAsync()
    {
        var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/assets",
            new ItemList<Asset>([Rack.Asset("talos/v1.14.0/amd64/kernel"), Rack.Asset("talos/v1.14.0/amd64/initramfs")]));
        api.Answer("POST /api/v1/apply", new ItemList<ApplyResult>(
            [new ApplyResult("Profile", "default", ApplyOutcome.Created), new ApplyResult("Machine", "node-01", ApplyOutcome.Configured)]));
        foreach (var asset in new[] { "kernel", "initramfs" })
            api.Answer($"PUT /api/v1/assets/talos/v1.14.0/amd64/{asset}", Rack.Asset($"talos/v1.14.0/amd64/{asset}"), 201);
        foreach (var line in new[] { "DELETE /api/v1/machines/node-01", "DELETE /api/v1/profiles/default", "DELETE /api/v1/machines/",
            "DELETE /api/v1/" })
            api.Answer(line, http => { http.Response.StatusCode = 204; return Task.CompletedTask; });
        return api;
    }
}
