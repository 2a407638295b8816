using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>Asking BMCs from the command line.</summary>
public sealed class BmcTests
{
    [Fact]
    public async Task Found_bmcs_are_listed_in_the_order_of_their_addresses()
    {
        await using var api = await FakeApi.StartAsync();
        Stream(api, "POST /api/v1/bmcs/probe", new BmcProbeStep(1, 254, new BmcFound("10.30.0.100", true, null, null, null, null, null)),
            new BmcProbeStep(64, 254, null),
            new BmcProbeStep(70, 254, new BmcFound("10.30.0.21", true, "1.11.0", "Dell", "iDRAC", null, "node-01")));
        var outcome = await Shell.RunAsync(api, "bmc", "probe", "10.30.0.0/24");
        Assert.Equal(
            ["ADDRESS       IPMI   REDFISH   VENDOR   PRODUCT   MACHINE", "10.30.0.21    yes    1.11.0    Dell     iDRAC     node-01",
                "10.30.0.100   yes    -         -        -         -"],
            outcome.Lines);
        Assert.Equal("""{"network":"10.30.0.0/24"}""", Assert.Single(api.Requests).Body);
    }

    [Fact]
    public async Task What_a_bmc_tells_is_a_table_or_json()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/machines/a/bmc/info", new ItemList<BmcFact>([new("machine", "serial number", "S-1")]));
        api.Answer("GET /api/v1/machines/a/bmc/sensors",
            new ItemList<BmcSensor>([new("Temp\u001b", 45.5, "°C", BmcSeverity.Warning, "above non-critical")]));
        api.Answer("GET /api/v1/machines/a/bmc/log", new ItemList<BmcLogEntry>([new("1", Rack.Noon, BmcSeverity.Critical, "power lost")]));
        api.Answer("GET /api/v1/machines/a/bmc/parts", new ItemList<BmcFact>([new("board", "product", "X11")]));
        api.Answer("GET /api/v1/machines/a/bmc/firmware", new ItemList<BmcFirmware>([new("BMC", "iDRAC", "7.0", true)]));
        api.Answer("GET /api/v1/machines/a/bmc/media", new ItemList<BmcMediaSlot>([new("CD", "CD, DVD", true, "http://x/y.iso")]));
        Assert.Equal("machine   serial number   S-1", (await Shell.RunAsync(api, "bmc", "info", "a")).Lines[1]);
        Assert.Equal("Temp?    45.5 °C   warning   above non-critical", (await Shell.RunAsync(api, "bmc", "sensors", "a")).Lines[1]);
        Assert.Equal("1    2026-11-21 12:00:00   critical   power lost", (await Shell.RunAsync(api, "bmc", "sel", "a")).Lines[1]);
        Assert.Equal("board   product   X11", (await Shell.RunAsync(api, "bmc", "fru", "a")).Lines[1]);
        Assert.Equal("BMC   iDRAC   7.0       yes", (await Shell.RunAsync(api, "bmc", "firmware", "a")).Lines[1]);
        Assert.Equal("CD     CD, DVD   yes        http://x/y.iso", (await Shell.RunAsync(api, "bmc", "media", "a")).Lines[1]);
        Assert.Equal(45.5, JsonDocument.Parse((await Shell.RunAsync(api, "bmc", "sensors", "a", "-o", "json")).Output).RootElement
            .GetProperty("items")[0].GetProperty("value").GetDouble());
    }

    [Fact]
    public async Task Firmware_is_sent_or_its_url_named_and_followed_to_its_end()
    {
        await using var api = await FakeApi.StartAsync();
        var operation = new PowerOperation
        {
            Id = "019f", Action = PowerAction.Firmware, Firmware = "f.bin", By = "alice", Started = Rack.Noon,
            Machines = [new("a", PowerStep.Waiting, "is queued", PowerState.On, 0)],
        };
        api.Answer("PUT /api/v1/machines/a/bmc/firmware", operation);
        api.Answer("POST /api/v1/machines/a/bmc/firmware", operation);
        Stream(api, "GET /api/v1/operations/019f/progress",
            new PowerProgress("a", PowerStep.Running, "installing 50 %: Running", PowerState.On, 1),
            new PowerProgress("a", PowerStep.Done, "f.bin is installed", PowerState.On, 2));
        var file = Path.Combine(Directory.CreateTempSubdirectory("rb-cli-").FullName, "f.bin");
        await File.WriteAllTextAsync(file, "code");

        var outcome = await Shell.RunAsync(api, "bmc", "firmware", "a", "--update", file);
        Assert.Equal((ExitCode.Ok, "a  on       f.bin is installed\n"), (outcome.Exit, outcome.Output));
        Assert.Equal("code", api.Requests[0].Body);
        outcome = await Shell.RunAsync(api, "bmc", "firmware", "a", "--update", "https://10.0.0.5/f.bin", "--wait", "false");
        Assert.Equal("operation/019f started; follow it with: rackboot power follow 019f\n", outcome.Output);
        Assert.Equal("""{"image":"https://10.0.0.5/f.bin"}""", api.Requests[^1].Body);
        outcome = await Shell.RunAsync(api, "bmc", "firmware", "a", "--update", "missing.bin");
        Assert.Equal(ExitCode.Failed, outcome.Exit);
        Assert.Contains("there is no file missing.bin; give a file, or a URL", outcome.Error, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task The_boots_of_a_machine_that_may_be_deleted_are_asked_for_by_its_name()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("GET /api/v1/boots", new ItemList<Boot>([]));
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync(api, "boot", "list", "--machine", "node-01")).Exit);
        Assert.Contains("machine=node-01", api.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_key_of_the_store_is_told_with_what_to_keep_a_copy_of()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("POST /api/v1/store/key", new StoreKeyChange("00112233aabbccdd", "/var/lib/rackboot/credentials.key"));
        var outcome = await Shell.RunAsync(api, "credential", "rekey");
        Assert.Equal((ExitCode.Ok, "the store is now encrypted with key 00112233aabbccdd; keep a copy of "
            + "/var/lib/rackboot/credentials.key (on the daemon's host) somewhere else\n"), (outcome.Exit, outcome.Output));
    }

    [Fact]
    public async Task Changes_are_sent_and_a_boot_target_that_did_not_take_is_a_failure()
    {
        await using var api = await FakeApi.StartAsync();
        api.Answer("PUT /api/v1/machines/a/bmc/boot", new BmcBoot(BootTarget.Disk, "Hdd Continuous"));
        var outcome = await Shell.RunAsync(api, "bmc", "boot", "a", "--once", "network");
        Assert.Equal((ExitCode.Failed, "a: Hdd Continuous\n"), (outcome.Exit, outcome.Output));
        api.Answer("GET /api/v1/machines/a/bmc/log", new ItemList<BmcLogEntry>([]));
        api.Answer("DELETE /api/v1/machines/a/bmc/log", http =>
        {
            http.Response.StatusCode = 204;
            return Task.CompletedTask;
        });
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync(api, "bmc", "sel", "a", "--clear")).Exit);
        Assert.Equal("DELETE /api/v1/machines/a/bmc/log", api.Lines.Last());
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, "bmc", "media", "a", "--insert", "http://x", "--eject")).Exit);
    }

    [Fact]
    public async Task A_rotation_tells_each_machine_and_what_is_left()
    {
        await using var api = await FakeApi.StartAsync();
        Stream(api, "POST /api/v1/credentials/bmc/rotate",
            new PowerProgress("a", PowerStep.Running, "logging in with the new password", PowerState.On, 1),
            new PowerProgress("a", PowerStep.Done, "accepts the new password", PowerState.On, 1),
            new PowerProgress("b", PowerStep.Failed, "no answer", PowerState.Unknown, 1));
        var outcome = await Shell.RunAsync(api, "credential", "rotate", "bmc", "--generate");
        Assert.Equal((ExitCode.Partly, "a  accepts the new password\nb  failed: no answer\n"), (outcome.Exit, outcome.Output));
        Assert.Equal("{}", api.Requests[^1].Body);
        Assert.Equal(ExitCode.Usage, (await Shell.RunAsync(api, "credential", "rotate", "bmc")).Exit);
    }

    private static void Stream<T>(FakeApi api, string line, params T[] steps) => api.Answer(line, async http =>
    {
        http.Response.ContentType = "text/event-stream";
        foreach (var step in steps)
            await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(step, Document.Json)}\n\n");
    });
}
