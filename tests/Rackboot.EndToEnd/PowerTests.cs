using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>Machines switched through rackbootd as an operator does it, with real peers as their BMCs.</summary>
public sealed class PowerTests
{
    private const string Card = "52:54:00:00:01:31";

    [Fact]
    public async Task Power_on_with_boot_once_from_the_network_ends_in_a_netbooted_machine()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var directory = Path.GetDirectoryName(rack.DaemonLog)!;
        var qmp = $"{Path.GetDirectoryName(rack.Socket)}/qmp";
        await rack.Network.AddTapAsync("tappower");

        // The disk goes first, and nothing can be booted from it.
        using var machine = Tool.StartInBackground(Path.Combine(directory, "qemu.log"), "ip", "netns", "exec", rack.Network.Name,
            "qemu-system-x86_64",
            "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "512", "-nodefaults", "-display", "none", "-machine", "pc,graphics=off",
            "-S", "-no-shutdown",
            "-qmp", $"unix:{qmp},server=on,wait=off", "-serial", $"file:{directory}/console", "-device", "virtio-rng-pci",
            "-drive", "if=none,id=d0,driver=null-co,size=1M", "-device", "virtio-blk-pci,drive=d0,bootindex=0",
            "-netdev", "tap,id=n0,ifname=tappower,script=no,downscript=no", "-device",
            $"virtio-net-pci,netdev=n0,mac={Card},id=nic0,bootindex=1");
        await rack.Client.PutMachineAsync(new Machine
        {
            Name = "node-01",
            Macs = [Card],
            Profile = "default",
            Address = "10.20.0.31",
            MachineConfig = new MachineConfig { Content = "machine: {}\n" },
            Bmc = new MachineBmc { Driver = BmcDriver.Qemu, Socket = qmp },
        });
        await Wait.UntilAsync(() => File.Exists(qmp), "QEMU listens");
        var (exit, output, error) = await RunAsync(rack, "power on node-01 --boot network");
        Assert.True(exit == 0, error);
        Assert.Matches(@"^node-01  on       is on, after \d+\.\d s\n$", output);
        var boot = await rack.WaitForAsync("node-01", b => b.Outcome == BootOutcome.Succeeded, TimeSpan.FromMinutes(8));
        var timeline = (await rack.Client.GetBootAsync(boot.Id)).Timeline!;
        Assert.Contains(timeline, e => e is { Source: "power", Text: "on, boot once from network, requested by root" });
        Assert.Equal(PowerState.On, (await rack.Client.GetMachineAsync("node-01")).Value.Status!.Power!.State);
        Assert.Contains("virtio-blk", (await RunAsync(rack, "bmc boot node-01")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(rack, "power off node-01")).Exit);
        Assert.Equal(PowerState.Off, (await rack.Client.GetPowerAsync("node-01")).State);
    }

    [Fact]
    public async Task A_rack_of_webhook_ipmi_and_manual_machines_is_switched_by_label_and_shown()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\npower: { interval: 1s }");
        await using var ipmi = await IpmiRackSimulator.StartAsync(rack);
        using var webhook = await StartWebhookAsync(rack);
        var directory = Directory.CreateTempSubdirectory("power").FullName;
        await File.WriteAllTextAsync($"{directory}/secret", "secret\n");
        await File.WriteAllTextAsync($"{directory}/rack.yaml",
            $$"""
            apiVersion: v1alpha1
            kind: Machine
            name: node-01
            serial: S-1
            labels: { rack: r1 }
            bmc: { driver: webhook, url: "http://10.20.0.1:8099/power" }
            ---
            apiVersion: v1alpha1
            kind: Machine
            name: node-02
            serial: S-2
            labels: { rack: r1 }
            bmc: { driver: auto, address: {{IpmiRackSimulator.Address}}, credential: bmc }
            ---
            apiVersion: v1alpha1
            kind: Machine
            name: node-03
            serial: S-3
            bmc: { driver: manual }
            ---
            apiVersion: v1alpha1
            kind: Credential
            name: bmc
            username: admin
            passwordFile: secret
            """);
        var applied = await RunAsync(rack, $"apply -f {directory}/rack.yaml");
        Assert.Equal((0, "credential/bmc created\nmachine/node-01 created\nmachine/node-02 created\nmachine/node-03 created\n"),
            (applied.Exit, applied.Output));
        Assert.DoesNotContain("secret", (await RunAsync(rack, "get credentials -o yaml")).Output, StringComparison.Ordinal);

        var on = await RunAsync(rack, "power on -l rack=r1 --boot network");
        Assert.True(on.Exit == 0, on.Error);
        Assert.Equal(("1", "pxe"), (ipmi.Read("power"), ipmi.Read("boot")));
        Assert.Matches(@"node-01 +\S+ +on ", (await RunAsync(rack, "get machines")).Output);
        Assert.Equal(0, (await RunAsync(rack, "power status node-01 node-02")).Exit);

        var person = await RunAsync(rack, "power on node-03");
        Assert.Equal((0, "node-03  unknown  asked a person to do it; Rackboot cannot see when it is done\n"), (person.Exit, person.Output));
        Assert.Contains(
            await EventsAsync(rack), e => e is { Kind: "power.request", Machine: "node-03", Text: "please power node-03 on by hand" });

        // Somebody presses the button: the poller sees it.
        ipmi.Write("power", "0");
        Assert.Contains(
            "power changed from on to off; not requested here", (await rack.EventAsync("power.changed")).Text, StringComparison.Ordinal);

        // A BMC that is gone fails alone.
        await ipmi.DisposeAsync();
        var partly = await RunAsync(rack, "power off -l rack=r1 --yes");
        Assert.Equal(6, partly.Exit);
        Assert.Contains("node-01  off      is off", partly.Output, StringComparison.Ordinal);
        Assert.Contains($"node-02  off      failed: ", partly.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 2 machines failed", partly.Error, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync(rack, "delete credential bmc")).Exit);
        Assert.DoesNotContain("secret", await File.ReadAllTextAsync(rack.DaemonLog), StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task What_the_bmc_tells_is_shown_and_bmcs_are_found_in_a_network()
    {
        await using var rack = await TestRack.StartAsync();
        await using var ipmi = await IpmiRackSimulator.StartAsync(rack);
        await rack.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "secret" });
        await rack.Client.PutMachineAsync(new Machine
        {
            Name = "node-02", Serial = "S-2",
            Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = IpmiRackSimulator.Address, Credential = "bmc" },
        });
        var found = await RunAsync(rack, "bmc probe 10.20.0.0/28");
        Assert.Matches($@"{IpmiRackSimulator.Address} +yes +- +- +- +node-02", found.Output);
        Assert.Matches("chassis +power +off", (await RunAsync(rack, "bmc info node-02")).Output);
        Assert.Equal(0, (await RunAsync(rack, "bmc sel node-02 --clear")).Exit);
        Assert.Equal((0, "node-02: BiosSetup, not marked as valid\n"),
            (await RunAsync(rack, "bmc boot node-02 --once bios")) is var boot ? (boot.Exit, boot.Output) : default);
        Assert.Equal(2, (await RunAsync(rack, "bmc probe 10.0.0.0/8")).Exit);

        await rack.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "wrong" });
        for (var i = 0; i < 3; i++)
            Assert.Equal(1, (await RunAsync(rack, "power status node-02")).Exit);
        Assert.Contains("all attempts stop, so that the account is not locked", (await RunAsync(rack, "power status node-02")).Output,
            StringComparison.Ordinal);
        Assert.Matches(@"node-02 +\S+ +refused", (await RunAsync(rack, "get machines")).Output);
    }

    [Fact]
    public async Task A_key_that_others_can_read_keeps_the_daemon_from_starting()
    {
        await using var rack = await TestRack.StartAsync();
        var key = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "data", "credentials.key");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        await rack.StopDaemonAsync();
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var e = await Assert.ThrowsAsync<LabException>(rack.StartDaemonAsync);
        Assert.Contains($"{key} is readable by others", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_of_the_page_was_run()
    {
        await using var rack = await TestRack.StartAsync();
        await using var ipmi = await IpmiRackSimulator.StartAsync(rack);
        var page = await File.ReadAllTextAsync(Path.Combine(Directory.GetParent(TestRack.ProgramDirectory)!.FullName, "docs", "power.md"));
        var directory = Directory.CreateTempSubdirectory("page").FullName;
        await File.WriteAllTextAsync($"{directory}/bmc-password", "secret\n");
        await File.WriteAllTextAsync($"{directory}/bmc-2.14.bin", "firmware");
        await File.WriteAllBytesAsync($"{directory}/rescue.iso", [.. new byte[0x8001], .. "CD001"u8]);
        await File.WriteAllTextAsync($"{directory}/rack.yaml",
            Blocks(page, "yaml").First().Replace("10.30.0.21", IpmiRackSimulator.Address, StringComparison.Ordinal));
        await rack.Client.PutMachineAsync(
            new Machine { Name = "node-02", Serial = "S-2", Bmc = new MachineBmc { Driver = BmcDriver.Manual } });
        var run = 0;
        foreach (var line in Blocks(page, "sh").SelectMany(b => b.Split('\n')).Select(l => l.Split(" # ")[0].Trim())
            .Where(l => l.StartsWith("rackboot ", StringComparison.Ordinal)))
        {
            if (line is "rackboot watch" || line.StartsWith("rackboot console", StringComparison.Ordinal))
                continue; // these do not end, and have tests of their own
            var (exit, output, error) = await Tool.TryRunAsync("sh", "-c",
                $"cd {directory} && PATH={TestRack.ProgramDirectory}:$PATH RACKBOOT_SOCKET={rack.Socket} "
                    + $"{line.Replace("10.30.0.0/24", "10.20.0.0/28", StringComparison.Ordinal)}");
            // What OpenIPMI's simulator does not have.
            var lacks = line.Contains("media", StringComparison.Ordinal)
                ? "IPMI has no virtual media"
                : line.Contains("sensors", StringComparison.Ordinal) ? "has no sensor records"
                : line.Contains("--update", StringComparison.Ordinal) ? "Rackboot installs firmware over Redfish" : null;
            Assert.True(lacks is null ? exit == 0 : exit == 1 && (output + error).Contains(lacks, StringComparison.Ordinal),
                $"{line}: {exit} {output}{error}");
            run++;
        }

        Assert.InRange(run, 15, 40);
        Assert.Equal("0", ipmi.Read("power"));
        Assert.Empty((await rack.Client.GetCredentialAsync("bmc")).Value.Status!.Rotating ?? []);
        Assert.Equal(PowerState.Off, (await rack.Client.GetPowerAsync("node-01")).State);
        Directory.Delete(directory, recursive: true);

        var api = await Tool.RunAsync("curl", "-s", "--unix-socket", rack.Socket, "http://rackboot/openapi/v1.json");
        var paths = System.Text.Json.JsonDocument.Parse(api).RootElement.GetProperty("paths");
        foreach (var (path, methods) in new[]
        {
            ("/api/v1/machines/{name}/power", "get,post"), ("/api/v1/power", "post"), ("/api/v1/operations", "get"),
            ("/api/v1/operations/{id}", "get"), ("/api/v1/operations/{id}/progress", "get"),
            ("/api/v1/credentials", "get"), ("/api/v1/credentials/{name}", "delete,get,put"),
            ("/api/v1/credentials/{name}/rotate", "post"), ("/api/v1/bmcs/probe", "post"),
            ("/api/v1/machines/{name}/bmc/info", "get"), ("/api/v1/machines/{name}/bmc/sensors", "get"),
            ("/api/v1/machines/{name}/bmc/log", "delete,get"), ("/api/v1/machines/{name}/bmc/parts", "get"),
            ("/api/v1/machines/{name}/bmc/boot", "get,put"), ("/api/v1/machines/{name}/bmc/media", "delete,get,put"),
            ("/api/v1/machines/{name}/bmc/firmware", "get,post,put"),
        })
            Assert.Equal(methods, string.Join(',', paths.GetProperty(path).EnumerateObject().Select(m => m.Name)
                .Where(m => m is "get" or "put" or "post" or "delete").Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> Blocks(string page, string language) =>
        page.Split("```").Where((block, i) => i % 2 == 1 && block.StartsWith(language + "\n", StringComparison.Ordinal))
            .Select(block => block[(language.Length + 1)..]);

    // The protocol of docs/power.md, as an operator might write it.
    private static async Task<Process> StartWebhookAsync(VirtualRack rack)
    {
        var directory = Path.GetDirectoryName(rack.DaemonLog)!;
        await File.WriteAllTextAsync($"{directory}/webhook.py",
            """
            import json
            from http.server import BaseHTTPRequestHandler, HTTPServer
            state = {"power": "off", "boot": None}
            class Hook(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.answer(200, state)
                def do_POST(self):
                    order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                    if order["action"] == "boot":
                        state["boot"] = order["boot"]
                    elif order["action"] in ("on", "off", "reset", "soft"):
                        state["power"] = "off" if order["action"] in ("off", "soft") else "on"
                    else:
                        return self.answer(501, {"error": "no lamp"})
                    self.answer(200, {})
                def answer(self, status, body):
                    body = json.dumps(body).encode()
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
            HTTPServer(("10.20.0.1", 8099), Hook).serve_forever()
            """);
        var process = Tool.StartInBackground(
            $"{directory}/webhook.log", "ip", "netns", "exec", rack.Network.Name, "python3", $"{directory}/webhook.py");
        await Wait.UntilAsync(
            async () => (await rack.Network.ExecAsync("curl", "-s", "http://10.20.0.1:8099/")).Exit == 0, "the webhook answers");
        return process;
    }

    private static async Task<List<Event>> EventsAsync(VirtualRack rack)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var events = new List<Event>();
        try
        {
            await foreach (var e in rack.Client.WatchAsync(0, limit.Token))
                events.Add(e);
        }
        catch (OperationCanceledException)
        {
            // That is all of them.
        }

        return events;
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(VirtualRack rack, string arguments) =>
        await Tool.TryRunAsync(Path.Combine(TestRack.ProgramDirectory, "rackboot"), [.. $"--socket {rack.Socket} {arguments}".Split(' ')]);
}
