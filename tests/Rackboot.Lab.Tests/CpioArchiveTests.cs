using System.Diagnostics;
using Rackboot.Lab.StandIn;

namespace Rackboot.Lab.Tests;

public sealed class CpioArchiveTests
{
    [Fact]
    public async Task What_is_written_is_what_cpio_reads()
    {
        Assert.SkipUnless(File.Exists("/bin/busybox"), "busybox is not installed");
        var file = Path.GetTempFileName();
        await using (var output = File.Create(file))
        {
            var archive = new CpioArchive(output);
            archive.AddDirectory("bin");
            archive.AddExecutable("bin/odd", "12345"u8);
            archive.AddExecutable("init", "#!/bin/sh\n"u8);
            archive.End();
        }

        using var cpio = Process.Start(new ProcessStartInfo("sh", ["-c", $"busybox cpio -tv <{file}"]) { RedirectStandardOutput = true })!;
        var listing = await cpio.StandardOutput.ReadToEndAsync();
        await cpio.WaitForExitAsync();
        Assert.Equal(0, cpio.ExitCode);
        Assert.Matches(@"(?s)drwxr-xr-x.* bin\n-rwxr-xr-x.* 5 .* bin/odd\n-rwxr-xr-x.* 10 .* init\n", listing);
        File.Delete(file);
    }
}
