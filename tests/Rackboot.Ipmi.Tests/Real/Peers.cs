using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>Programs that tests talk to or compare with.</summary>
internal static class Peers
{
    private static readonly byte[] Ping = [6, 0, 0xFF, 6, 0, 0, 0x11, 0xBE, 0x80, 0, 0, 0];

    // Capabilities of channel 0Eh, administrator, in an IPMI 1.5 frame: pyghmi's BMC hears no ping.
    private static readonly byte[] AskCapabilities =
        [6, 0, 0xFF, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0x20, 0x18, 0xC8, 0x81, 0, 0x38, 0x8E, 4, 0xB5];

    /// <summary>A UDP port that was free a moment ago, on a loopback address that hardly anything else uses.</summary>
    public static IPEndPoint FreeEndPoint(IPAddress? address = null)
    {
        var random = Random.Shared;
        address ??= new IPAddress(new byte[] { 127, (byte)random.Next(10, 250), (byte)random.Next(1, 250), (byte)random.Next(1, 250) });
        using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <param name="readsOutput">The caller reads what it prints; else it is read and forgotten.</param>
    public static Process Start(string program, IEnumerable<string> arguments, bool readsOutput = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        if (!readsOutput)
            process.BeginOutputReadLine();
        return process;
    }

    /// <summary>Waits until a BMC is up.</summary>
    public static async Task AnswersAsync(Process process, IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var buffer = new byte[256];
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(20);)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended: {await process.StandardError.ReadToEndAsync()}");
            await socket.SendToAsync(Ping, endPoint);
            await socket.SendToAsync(AskCapabilities, endPoint);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            try
            {
                await socket.ReceiveFromAsync(
                    buffer, new IPEndPoint(endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0),
                    patience.Token);
                return;
            }
            catch (OperationCanceledException)
            {
                // Not up yet.
            }
        }

        throw new TimeoutException($"{process.StartInfo.FileName} does not answer at {endPoint}");
    }

    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]);
        kill.WaitForExit();
    }

    public static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    /// <summary>What a command prints, both streams, and its exit code.</summary>
    public static async Task<(int Code, string Text)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }
    }

    /// <summary>ipmitool over RMCP+, as administrator, asked about one BMC.</summary>
    public static Task<(int Code, string Text)> IpmitoolAsync(IPEndPoint bmc, int suite, params string[] command)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ipmitool"), "ipmitool is not installed");
        string[] target = ["-I", "lanplus", "-C", suite.ToString(), "-H", bmc.Address.ToString(), "-p", bmc.Port.ToString(), "-U", "admin",
            "-P", IpmiSimulator.Password];
        return RunAsync("ipmitool", [.. target, .. command]);
    }
}
