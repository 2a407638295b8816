using Rackboot.Lab;
using Rackboot.Tests.Shared;

namespace Rackboot.Lab.Tests;

/// <summary>What ipmi_sim calls to switch a machine, with a program in QEMU's place that notes down its arguments and waits.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rbhook-").FullName;

    public async ValueTask InitializeAsync()
    {
        const UnixFileMode mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        await using (var script = typeof(Tool).Assembly.GetManifestResourceStream("hook.sh")!)
        await using (var hook = File.Create(Named("hook")))
            await script.CopyToAsync(hook);
        await File.WriteAllTextAsync(
            Named("qemu-system-x86_64"), $"#!/bin/sh\necho \"$@\" >>{_directory}/started\nread nothing <{_directory}/never\n");
        File.SetUnixFileMode(Named("hook"), mine);
        File.SetUnixFileMode(Named("qemu-system-x86_64"), mine);
        await File.WriteAllTextAsync(Named("arguments"), $"-name\nnode 01\n-chardev\npath={_directory}/serial\n");
        await File.WriteAllTextAsync(Named("boot"), "none\n");
        await Tool.RunAsync("mkfifo", Named("monitor.in"), Named("never"));
    }

    public async ValueTask DisposeAsync()
    {
        await HookAsync("set power 0");
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Told_twice_to_switch_on_it_starts_one_process_and_told_twice_to_switch_off_it_ends_it()
    {
        Assert.Equal((0, "power:0\nboot:none\n"), await HookAsync("get power boot"));
        await HookAsync("set power 1");
        var process = File.ReadAllText(Named("pid"));
        await HookAsync("set power 1");
        Assert.Equal(process, File.ReadAllText(Named("pid")));
        Assert.Equal((0, "power:1\n"), await HookAsync("get power"));
        Assert.Equal(0, (await HookAsync("set power 0")).Exit);
        Assert.Equal((0, "power:0\n"), await HookAsync("get power"));
        Assert.Equal(0, (await HookAsync("set power 0")).Exit);
        await HookAsync("set power 1");
        Assert.NotEqual(process, File.ReadAllText(Named("pid")));
    }

    [Fact]
    public async Task The_network_goes_first_at_one_start_and_the_disk_at_the_next()
    {
        Assert.Equal(0, (await HookAsync("set boot pxe power 1")).Exit);
        Assert.Equal($"-name node 01 -chardev path={_directory}/serial -set device.net0.bootindex=0 -set device.disk0.bootindex=1",
            await StartedAsync(1));
        Assert.Equal((0, "boot:none\n"), await HookAsync("get boot"));
        await HookAsync("set power 0 power 1");
        Assert.EndsWith($"/serial -set device.disk0.bootindex=0", await StartedAsync(2), StringComparison.Ordinal);

        // The firmware learns of another device only at a start.
        await HookAsync("set boot pxe reset 1");
        Assert.EndsWith("-set device.net0.bootindex=0 -set device.disk0.bootindex=1", await StartedAsync(3), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("set boot bios")]
    [InlineData("set boot cdrom")]
    [InlineData("set reset 1")]
    [InlineData("set shutdown 1")]
    public async Task What_cannot_be_done_is_refused(string order)
    {
        Assert.Equal(1, (await HookAsync(order)).Exit);
        Assert.Equal((0, "power:0\nboot:none\n"), await HookAsync("get power boot"));
    }

    [Fact]
    public async Task Nothing_that_its_caller_has_open_is_open_in_the_machine()
    {
        await Tool.RunAsync(
            "bash", "-c", $"exec 7</etc/hostname 251</etc/hostname; PATH={_directory}:$PATH {_directory}/hook set power 1 >/dev/null");
        await StartedAsync(1);
        var descriptors = Directory.EnumerateFiles($"/proc/{File.ReadAllText(Named("pid")).Trim()}/fd")
            .Select(f => new FileInfo(f).LinkTarget).ToList();
        Assert.Contains("/dev/null", descriptors);
        Assert.Contains(Named("output"), descriptors);
        Assert.Contains(Named("monitor.in"), descriptors);
        Assert.DoesNotContain("/etc/hostname", descriptors);
    }

    [Fact]
    public async Task A_process_that_has_the_number_of_one_that_ended_is_not_the_machine()
    {
        await File.WriteAllTextAsync(Named("pid"), $"{Environment.ProcessId}\n");
        Assert.Equal((0, "power:0\n"), await HookAsync("get power"));
        Assert.Equal(0, (await HookAsync("set power 0")).Exit); // and we are still here
    }

    private string Named(string file) => Path.Combine(_directory, file);

    private async Task<(int Exit, string Output)> HookAsync(string order)
    {
        // Its output must end with it: ipmi_sim reads to the end.
        var (exit, output, error) = await Tool.TryRunAsync("env", [$"PATH={_directory}:{Environment.GetEnvironmentVariable("PATH")}",
            Named("hook"), .. order.Split(' ')]).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("", error);
        return (exit, output);
    }

    private Task<string> StartedAsync(int count) => Wait.ForAsync(
        async () => File.Exists(Named("started")) && await File.ReadAllLinesAsync(Named("started")) is var lines && lines.Length >= count
            ? lines[count - 1] : null,
        $"start {count} has come");
}
