using System.Diagnostics;

namespace Rackboot.Lab.Tests;

/// <summary><c>tests/install-packages</c>, which <c>make run</c> begins with, among programs that stand in for those of the host.</summary>
public sealed class InstallPackagesTests : IDisposable
{
    private readonly string _programs = Directory.CreateTempSubdirectory("rb-install-").FullName;

    public InstallPackagesTests()
    {
        Program("id", "echo 0");
        Program("dpkg-query", "exit 1");
        Program("sleep", "echo slept >>$0.log");
    }

    public void Dispose() => Directory.Delete(_programs, recursive: true);

    [Theory]
    [InlineData("E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)")]
    [InlineData("E: Could not get lock /var/lib/dpkg/lock-frontend - open (11: Resource temporarily unavailable)")]
    [InlineData("E: Unable to lock directory /var/cache/apt/archives/")]
    [InlineData("E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?")]
    public async Task An_apt_that_is_busy_is_waited_for_and_that_is_said_once(string error)
    {
        Program("apt-get", $"echo \"$@\" >>$0.log; [ $(wc -l <$0.log) -gt 3 ] || {{ echo '{error}' >&2; exit 100; }}");
        var (exit, output, errors) = await RunAsync();
        Assert.Equal((0, ""), (exit, errors));
        Assert.Single(output.Split('\n'), "another apt or dpkg is at work (unattended upgrades?); waiting for it, at most ten minutes");
        Assert.Equal(3, (await File.ReadAllLinesAsync(Path.Combine(_programs, "sleep.log"))).Length);
        var calls = await File.ReadAllLinesAsync(Path.Combine(_programs, "apt-get.log"));
        Assert.Equal(5, calls.Length);
        Assert.Contains(" install ", calls[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_failure_is_told_and_nothing_is_tried_again()
    {
        Program("apt-get", "echo x >>$0.log; echo 'E: Unable to locate package qemu' >&2; exit 100");
        var (exit, _, errors) = await RunAsync();
        Assert.Equal((1, "E: Unable to locate package qemu\n"), (exit, errors));
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(_programs, "apt-get.log")));
    }

    [Fact]
    public async Task An_apt_that_stays_busy_is_given_up_after_ten_minutes()
    {
        Program("apt-get", "echo 'E: Could not get lock /var/lib/dpkg/lock-frontend' >&2; exit 100");
        var (exit, _, errors) = await RunAsync();
        Assert.Equal(1, exit);
        Assert.Contains("it is still at work after ten minutes", errors, StringComparison.Ordinal);
        Assert.Equal(120, (await File.ReadAllLinesAsync(Path.Combine(_programs, "sleep.log"))).Length);
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_programs, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<(int Exit, string Output, string Errors)> RunAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Tree(), "tests/install-packages"))
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_programs}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["POLICY_RC_D"] = Path.Combine(_programs, "policy-rc.d");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static string Tree()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Appliance.sln")))
            directory = directory.Parent ?? throw new InvalidOperationException("Appliance.sln is in no folder above the test");
        return directory.FullName;
    }
}
