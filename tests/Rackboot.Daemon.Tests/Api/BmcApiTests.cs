using System.Net;
using Rackboot.Contracts;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>What BMCs tell, and their passwords, over the API.</summary>
public sealed class BmcApiTests
{
    [Fact]
    public async Task What_a_bmc_tells_goes_through_and_what_it_cannot_is_a_problem()
    {
        await using var api = await StartAsync();
        var reports = new FakeReports();
        api.Bmcs["a"] = new FakeBmc { Reports = reports };
        Assert.Equal(new BmcFact("bmc", "firmware", "1.0"), Assert.Single(await api.Client.GetBmcAsync<BmcFact>("a", "info")));
        Assert.Equal(new BmcSensor("Temp", 45.5, "°C", BmcSeverity.Warning, null),
            Assert.Single(await api.Client.GetBmcAsync<BmcSensor>("a", "sensors")));
        Assert.Equal("power lost", Assert.Single(await api.Client.GetBmcAsync<BmcLogEntry>("a", "log")).Text);
        Assert.Equal("X11", Assert.Single(await api.Client.GetBmcAsync<BmcFact>("a", "parts")).Value);
        var refused = await Assert.ThrowsAsync<ApiException>(() => api.Client.GetBmcAsync<BmcFirmware>("a", "firmware"));
        Assert.Equal((HttpStatusCode.BadGateway, "this BMC lists no firmware"), (refused.Status, refused.Message));
        await api.Client.DeleteBmcLogAsync("a");
        Assert.True(reports.LogCleared);
        Assert.Equal(
            HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiException>(() => api.Client.GetBmcAsync<BmcFact>("x", "info"))).Status);
    }

    [Fact]
    public async Task Images_go_in_and_out_and_the_boot_override_is_what_the_bmc_reads_back()
    {
        await using var api = await StartAsync();
        api.Bmcs["a"] = new FakeBmc { Reports = new FakeReports() };
        await api.Client.PutBmcMediaAsync("a", "http://10.20.0.1/x.iso");
        Assert.Equal(new BmcMediaSlot("CD", "CD", true, "http://10.20.0.1/x.iso"),
            Assert.Single(await api.Client.GetBmcAsync<BmcMediaSlot>("a", "media")));
        await api.Client.DeleteBmcMediaAsync("a");
        Assert.False(Assert.Single(await api.Client.GetBmcAsync<BmcMediaSlot>("a", "media")).Inserted);
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await Assert.ThrowsAsync<ApiException>(() => api.Client.PutBmcMediaAsync("a", "file:///etc/passwd"))).Status);
        Assert.Equal(new BmcBoot(BootTarget.Network, "Pxe (Once)"), await api.Client.PutBmcBootAsync("a", BootTarget.Disk));
        Assert.Equal("Pxe (Once)", (await api.Client.GetBmcBootAsync("a")).Text);
    }

    [Fact]
    public async Task Firmware_is_installed_as_an_operation_with_progress_and_the_file_is_gone_afterwards()
    {
        await using var api = await StartAsync();
        var reports = new FakeReports();
        api.Bmcs["a"] = new FakeBmc { Reports = reports };
        var begun = await api.Client.PushFirmwareAsync("a", "../x/bmc-2.14.bin", new MemoryStream("new code"u8.ToArray()));
        Assert.Equal((PowerAction.Firmware, "bmc-2.14.bin"), (begun.Action, begun.Firmware));
        var steps = new List<PowerProgress>();
        await foreach (var step in api.Client.FollowAsync(begun.Id))
            steps.Add(step);
        Assert.Contains(steps, s => s.Text == "installing 50 %: Running");
        Assert.Equal(PowerStep.Done, steps[^1].Step);
        Assert.StartsWith("bmc-2.14.bin is installed", steps[^1].Text, StringComparison.Ordinal);

        var pulled = await api.Client.PullFirmwareAsync("a", new Uri("https://10.0.0.5/fw/bios.bin"));
        await foreach (var _ in api.Client.FollowAsync(pulled.Id))
            continue;
        Assert.Equal(["bmc-2.14.bin: new code", "https://10.0.0.5/fw/bios.bin"], reports.Installed);
        Assert.Empty(api.FirmwareFiles);
    }

    [Fact]
    public async Task Firmware_that_the_bmc_refuses_fails_with_its_words_and_wrong_orders_are_refused()
    {
        await using var api = await StartAsync();
        api.Bmcs["a"] = new FakeBmc { Reports = new FakeReports() };
        var begun = await api.Client.PushFirmwareAsync("a", "bad.bin", new MemoryStream([1]));
        await foreach (var _ in api.Client.FollowAsync(begun.Id))
            continue;
        var end = Assert.Single((await api.Client.GetOperationAsync(begun.Id)).Machines);
        Assert.Equal((PowerStep.Failed, "the file is for another model"), (end.Step, end.Text));
        Assert.Contains("allowed: http, https", (await Assert.ThrowsAsync<ApiException>(
            () => api.Client.PullFirmwareAsync("a", new Uri("file:///etc/passwd")))).Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiException>(
            () => api.Client.PushFirmwareAsync("x", "f", new MemoryStream([1])))).Status);
        Assert.Contains("rackboot bmc firmware", (await Assert.ThrowsAsync<ApiException>(
            () => api.Client.PowerAsync("a", new PowerRequest { Action = PowerAction.Firmware }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_changed_and_its_user_told_and_wrong_ones_are_refused()
    {
        await using var api = await StartAsync();
        api.Bmcs["a"] = new FakeBmc { Reports = new FakeReports() };
        Assert.Equal(HttpStatusCode.UnprocessableEntity,
            (await Assert.ThrowsAsync<ApiException>(() => LastAsync(api.Client.RotateAsync("bmc", "")))).Status);
        Assert.Equal(
            HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiException>(() => LastAsync(api.Client.RotateAsync("none", "x")))).Status);
        Assert.Equal(("a", PowerStep.Done),
            await LastAsync(api.Client.RotateAsync("bmc", "n3w-password")) is { } done ? (done.Machine, done.Step) : default);
        var login = api.Vault.For("bmc", api.Inventory.Fleet.Named("a")!.Id)!;
        Assert.Equal("n3w-password"u8.ToArray(), login.Password.Reveal().ToArray());
        await LastAsync(api.Client.RotateAsync("bmc", null));
        Assert.Equal(16, api.Vault.For("bmc", api.Inventory.Fleet.Named("a")!.Id)!.Password.Length);
    }

    [Fact]
    public async Task Too_large_a_network_is_not_probed()
    {
        await using var api = await StartAsync();
        var refused = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var _ in api.Client.ProbeAsync("10.0.0.0/8"))
                Assert.Fail("it was probed");
        });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "/network"), (refused.Status, Assert.Single(refused.Problem.Errors!).Path));
    }

    private static async Task<RunningApi> StartAsync()
    {
        var api = await RunningApi.StartAsync();
        await api.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "hunter2" });
        await api.Client.PutMachineAsync(new Machine
        {
            Name = "a", Serial = "S-a", Bmc = new MachineBmc { Driver = BmcDriver.Ipmi, Address = "10.30.0.21", Credential = "bmc" },
        });
        return api;
    }

    private static async Task<PowerProgress?> LastAsync(IAsyncEnumerable<PowerProgress> steps)
    {
        PowerProgress? last = null;
        await foreach (var step in steps)
            last = step;
        return last;
    }
}
