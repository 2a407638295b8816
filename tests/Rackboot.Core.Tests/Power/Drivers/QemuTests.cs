using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Drivers;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>A real QEMU, and things that are none.</summary>
public sealed class QemuTests : IAsyncDisposable
{
    private const string Program = "/usr/bin/qemu-system-x86_64";

    private readonly string _directory = Directory.CreateTempSubdirectory("rbq-").FullName;
    private Process? _process;

    private string Socket => Path.Combine(_directory, "qmp");

    private string Console => Path.Combine(_directory, "console");

    public ValueTask DisposeAsync()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_virtual_machine_is_switched_on_off_and_on_again()
    {
        await using var qemu = await StartAsync();
        Assert.Equal(PowerState.Off, await qemu.ReadStateAsync(default));
        await qemu.SwitchAsync(PowerSwitch.On, default);
        Assert.Equal(PowerState.On, await qemu.ReadStateAsync(default));
        await qemu.SwitchAsync(PowerSwitch.Reset, default);
        Assert.Equal(PowerState.On, await qemu.ReadStateAsync(default));
        await qemu.SwitchAsync(PowerSwitch.Off, default);
        Assert.Equal(PowerState.Off, await qemu.ReadStateAsync(default));
        await qemu.SwitchAsync(PowerSwitch.On, default);
        Assert.Equal(PowerState.On, await qemu.ReadStateAsync(default));
        await qemu.SwitchAsync(PowerSwitch.Soft, default);
        Assert.Equal(PowerFailure.NotSupported,
            (await Assert.ThrowsAsync<PowerException>(() => qemu.IdentifyAsync(TimeSpan.FromSeconds(1), default))).Failure);
    }

    [Fact]
    public async Task Boot_once_from_the_network_is_read_back_and_over_after_one_start()
    {
        await using var qemu =
            await StartAsync("-drive", "if=none,id=d0,driver=null-co,size=1M", "-device", "virtio-blk-pci,drive=d0,id=disk0,bootindex=0");
        Assert.Equal(BootTarget.Disk, (await qemu.ReadBootAsync(default)).Target);
        await qemu.SetBootOnceAsync(BootTarget.Network, default);
        Assert.Equal(new BootOverride(BootTarget.Network, "virtio-net-pci (bootindex 0)"), await qemu.ReadBootAsync(default));
        await qemu.SwitchAsync(PowerSwitch.On, default);
        Assert.Equal(new BootOverride(BootTarget.Disk, "virtio-blk-pci (bootindex 0)"), await qemu.ReadBootAsync(default));
        Assert.Contains("setup", (await Assert.ThrowsAsync<PowerException>(() => qemu.SetBootOnceAsync(BootTarget.Bios, default))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", PowerFailure.NoAnswer, "closed the connection")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", PowerFailure.BadAnswer, "is not JSON")]
    [InlineData("[1]\n", PowerFailure.BadAnswer, "is not an object")]
    [InlineData("{\"hello\":1}\n", PowerFailure.BadAnswer, "sends no QMP greeting")]
    [InlineData("{\"QMP\":{}}\n{\"id\":1,\"error\":{\"desc\":\"busy\"}}\n", PowerFailure.Refused, "refuses qmp_capabilities: busy")]
    public async Task What_is_no_qemu_is_told_apart(string says, PowerFailure failure, string message)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        var serving = Task.Run(async () =>
        {
            using var client = await listener.AcceptAsync();
            await client.SendAsync(Encoding.UTF8.GetBytes(says));
            client.Shutdown(SocketShutdown.Send);
            while (await client.ReceiveAsync(new byte[100]) > 0)
            {
            }
        });
        var e = await Assert.ThrowsAsync<PowerException>(() => new QemuPower(Socket).ReadStateAsync(default));
        Assert.Equal(failure, e.Failure);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        await serving;
    }

    [Fact]
    public async Task A_message_without_end_is_cut_off()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        _ = Task.Run(async () =>
        {
            using var client = await listener.AcceptAsync();
            for (var i = 0; i < 100; i++)
                await client.SendAsync(new byte[100_000]);
        });
        Assert.Contains("more than 1,048,576 bytes", (await Assert.ThrowsAsync<PowerException>(
            () => new QemuPower(Socket).ReadStateAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_not_there_is_named() =>
        Assert.Contains($"no QEMU answers at {Socket}", (await Assert.ThrowsAsync<PowerException>(
            () => new QemuPower(Socket).ReadStateAsync(default))).Message, StringComparison.Ordinal);

    private async Task<QemuPower> StartAsync(params string[] more)
    {
        Assert.SkipUnless(File.Exists(Program), "QEMU is not installed");
        _process = Process.Start(new ProcessStartInfo(Program,
        [
            "-nodefaults", "-display", "none", "-machine", "pc,graphics=off", "-accel", "tcg", "-m", "32", "-S", "-no-shutdown", "-qmp",
            $"unix:{Socket},server=on,wait=off",
            "-netdev", "user,id=n0,restrict=on", "-device", "virtio-net-pci,netdev=n0,id=nic0", "-serial", $"file:{Console}", .. more,
        ]))!;
        while (!File.Exists(Socket) && !_process.HasExited)
            await Task.Yield();
        return new QemuPower(Socket);
    }
}
