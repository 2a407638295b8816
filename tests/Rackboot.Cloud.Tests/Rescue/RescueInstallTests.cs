using System.Diagnostics;
using System.Security.Cryptography;
using Rackboot.Cloud.Rescue;
using Rackboot.Tests.Shared;

namespace Rackboot.Cloud.Tests.Rescue;

/// <summary>An image is written over Debian's ssh and sshd, in a system whose root is in memory, onto disks that are files.</summary>
public sealed class RescueInstallTests : IAsyncDisposable
{
    private const string Name = "node-31-rb0123456789abcdef";
    private const int DiskBytes = 16 << 20;

    private static readonly byte[] Image = RandomNumberGenerator.GetBytes(3_000_000);
    private byte[] _packed = [];

    private readonly RescueSystem _rescue = RescueSystem.Create();
    private FlakyServer? _files;

    public async ValueTask DisposeAsync()
    {
        await _rescue.DisposeAsync();
        if (_files is not null)
            await _files.DisposeAsync();
    }

    [Fact]
    public async Task The_image_is_written_to_the_disk_and_read_back_and_a_further_look_changes_nothing()
    {
        var (disk, url) = await ServeAsync();
        await StartAsync();
        await UntilWrittenAsync(url, disk);
        AssertWritten("sda");
        Assert.Null(await StepAsync(url, disk));
        Assert.Single(_files!.Requests);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_system_with_another_host_key_until_it_is_started_anew_on_purpose()
    {
        var (disk, url) = await ServeAsync();
        await StartAsync();
        Assert.Equal("hello\n", await _rescue.Shell().RunAsync(Name, "root", "127.0.0.1", "echo hello\n", CancellationToken.None));
        await _rescue.StartAsync(await KeyAsync(), newHostKey: true);
        var refused = await Assert.ThrowsAsync<CloudException>(() => StepAsync(url, disk));
        Assert.Equal(CloudFailure.Rejected, refused.Failure);
        Assert.Contains("shows another host key than before: nothing is sent there", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_files!.Requests);
        _rescue.Shell().Forget(Name);
        await UntilWrittenAsync(url, disk);
        AssertWritten("sda");
    }

    [Fact]
    public async Task A_line_that_breaks_anywhere_leaves_the_disk_alone_or_written_once()
    {
        var (disk, url) = await ServeAsync();
        await StartAsync();
        await using var line = new CutLine(_rescue.Port);
        await _rescue.Shell(line.Port).RunAsync(Name, "root", "127.0.0.1", RescueInstall.Script(url, "/no/disk"), CancellationToken.None);
        var whole = line.Carried;
        var broke = 0;
        foreach (var part in (double[])[0.05, 0.5, 0.7, 0.85, 0.95, 0.99])
        {
            using (var wipe = File.OpenWrite(_rescue.DiskFile("sda")))
                wipe.Write(new byte[Image.Length]);
            await StartAsync();
            line.CutAfter = (long)(whole * part);
            // Near the end the answer may be through already.
            if (await Record.ExceptionAsync(() =>
                RescueInstall.StepAsync(_rescue.Shell(line.Port), Name, "root", "127.0.0.1", url, disk, CancellationToken.None)) is { } cut)
                Assert.Equal((CloudFailure.NoAnswer, ++broke > 0), (Assert.IsType<CloudException>(cut).Failure, true));
            var before = _files!.Requests.Count;
            await UntilWrittenAsync(url, disk);
            AssertWritten("sda");
            Assert.InRange(_files.Requests.Count - before, 0, 1);
        }

        Assert.InRange(broke, 4, 6);
    }

    [Fact]
    public async Task It_goes_on_without_a_connection_and_is_asked_after()
    {
        var (disk, url) = await ServeAsync();
        var gate = new TaskCompletionSource();
        _files!.Gate = gate.Task;
        await StartAsync();
        for (var look = 0; look < 3; look++)
            Assert.Equal("Talos to be written to its disk", await StepAsync(url, disk));
        gate.SetResult();
        await UntilWrittenAsync(url, disk);
        AssertWritten("sda");
        Assert.Single(_files.Requests);
    }

    [Fact]
    public async Task The_smallest_disk_that_is_no_medium_and_has_8_GB_is_taken_unless_one_is_named()
    {
        var (_, url) = await ServeAsync();
        foreach (var name in (string[])["stick", "small", "large", "right", "rom"])
            _rescue.AddDisk(name, DiskBytes);
        _rescue.DescribeDisks("/disks/stick 16000000000 disk 1", "/disks/small 7999999999 disk 0", "/disks/large 2000398934016 disk 0",
            "/disks/right 480103981056 disk 0", "/disks/rom 9000000000 rom 0");
        await StartAsync();
        await UntilWrittenAsync(url, disk: null);
        AssertWritten("right");
        foreach (var other in (string[])["stick", "small", "large", "rom"])
            Assert.DoesNotContain(File.ReadAllBytes(_rescue.DiskFile(other)), b => b != 0);
        await StartAsync();
        await UntilWrittenAsync(url, "/disks/large");
        AssertWritten("large");
    }

    [Theory]
    [InlineData("damaged", "is damaged: xz cannot unpack it")]
    [InlineData("cut", "cannot be fetched from")]
    [InlineData("missing", "cannot be fetched from")]
    [InlineData("page", "is damaged: xz cannot unpack it")]
    [InlineData("small disk", "/disks/tiny cannot be written: dd: error writing '/disks/tiny'")]
    [InlineData("no disk", "there is no disk to write to")]
    public async Task What_goes_wrong_is_said_and_stays_said(string trouble, string said)
    {
        var (disk, url) = await ServeAsync();
        if (trouble == "damaged")
            _files!.Files[url.AbsolutePath] = [.. _packed[..2_000_000], .. new byte[5000], .. _packed[2_005_000..]];
        else if (trouble == "cut")
            _files!.Faults.Enqueue(_files.CutAfter(2_000_000));
        else if (trouble == "page")
            _files!.Files[url.AbsolutePath] = "<html>not here</html>"u8.ToArray();
        else if (trouble == "missing")
            _files!.Files.Clear();
        else if (trouble == "no disk")
            disk = "/disks/sdz";
        await StartAsync();
        if (trouble == "small disk")
        {
            await _rescue.Shell().RunAsync(
                Name, "root", "127.0.0.1", "mkdir /tmp/t && mount -t tmpfs -o size=1m tmpfs /tmp/t && : > /tmp/t/d && ln -s /tmp/t/d "
                    + "/disks/tiny\n",
                CancellationToken.None);
            disk = "/disks/tiny";
        }

        for (var look = 0; look < 2; look++)
        {
            var failed = await Assert.ThrowsAsync<CloudException>(() => UntilWrittenAsync(url, disk));
            Assert.Equal(CloudFailure.Rejected, failed.Failure);
            Assert.Contains(said, failed.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_system_that_somebody_installed_is_not_written_over()
    {
        Assert.SkipUnless(_rescue.IsOnDisk, "this host's temporary files are on no disk");
        var (disk, url) = await ServeAsync();
        await _rescue.StartAsync(await KeyAsync(), installed: true);
        var refused = await Assert.ThrowsAsync<CloudException>(() => StepAsync(url, disk));
        Assert.Contains("this is no rescue system: its root is on a disk", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_files!.Requests);
    }

    [Fact]
    public async Task A_key_of_another_machine_is_not_let_in_and_that_is_no_answer()
    {
        var (disk, url) = await ServeAsync();
        await _rescue.StartAsync(await _rescue.Shell().PublicKeyAsync("another", CancellationToken.None));
        var refused = await Assert.ThrowsAsync<CloudException>(() => StepAsync(url, disk));
        Assert.Equal(CloudFailure.NoAnswer, refused.Failure);
        Assert.Contains("Permission denied", refused.Message, StringComparison.Ordinal);
    }

    private Task<string> KeyAsync() => _rescue.Shell().PublicKeyAsync(Name, CancellationToken.None);

    private async Task StartAsync()
    {
        await _rescue.StartAsync(await KeyAsync());
        _rescue.Shell().Forget(Name);
    }

    private async Task<(string? Disk, Uri Image)> ServeAsync()
    {
        _files = await FlakyServer.StartAsync();
        _files.Files["/image/metal-amd64.raw.xz"] = _packed = await PackAsync(Image);
        return (_rescue.AddDisk("sda", DiskBytes), new Uri(_files.Address, "/image/metal-amd64.raw.xz"));
    }

    private Task<string?> StepAsync(Uri image, string? disk) =>
        RescueInstall.StepAsync(_rescue.Shell(), Name, "root", "127.0.0.1", image, disk, CancellationToken.None);

    private Task UntilWrittenAsync(Uri image, string? disk) =>
        Wait.UntilAsync(async () => await StepAsync(image, disk) is null, "the disk is written");

    private void AssertWritten(string disk)
    {
        var bytes = File.ReadAllBytes(_rescue.DiskFile(disk));
        Assert.Equal(DiskBytes, bytes.Length);
        Assert.True(bytes.AsSpan(0, Image.Length).SequenceEqual(Image), $"what is on {disk} is not the image");
        Assert.False(bytes.AsSpan(Image.Length).ContainsAnyExcept((byte)0));
    }

    /// <summary>As xz packs it.</summary>
    internal static async Task<byte[]> PackAsync(byte[] image)
    {
        using var xz = Process.Start(new ProcessStartInfo("xz", ["-0", "-c"]) { RedirectStandardInput = true,
            RedirectStandardOutput = true })!;
        var packed = new MemoryStream();
        var reading = xz.StandardOutput.BaseStream.CopyToAsync(packed);
        await xz.StandardInput.BaseStream.WriteAsync(image);
        xz.StandardInput.Close();
        await reading;
        return packed.ToArray();
    }
}
