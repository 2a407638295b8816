using System.Net;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>OpenIPMI's <c>ipmi_sim</c> as a BMC on the rack's own network, with user admin. What it switches it keeps in files. Its serial
/// port may lead to a machine that repeats what it is told.</summary>
internal sealed class IpmiRackSimulator : IAsyncDisposable
{
    public const string Address = "10.20.0.9";
    public const string Password = "opensesame-42";

    private readonly IpmiSimFolder _folder;
    private readonly ClientNamespace _host;

    private IpmiRackSimulator(IpmiSimFolder folder, ClientNamespace host) => (_folder, _host) = (folder, host);

    public static async Task<IpmiRackSimulator> StartAsync(VirtualRack rack, string password = "secret", bool withConsole = false)
    {
        // ipmi_sim locks its serial port by name on the whole host.
        var serialPort = withConsole ? 20_000 + Environment.ProcessId % 20_000 : 0;
        var directory = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "bmc");
        var folder = await IpmiSimFolder.WriteAsync(directory, new IPEndPoint(IPAddress.Parse(Address), 623), password, serialPort);
        folder.Write("obeys", "");
        var host = await ClientNamespace.CreateAsync(rack.Network, "bmc", "52:54:00:00:0b:09", Address + "/24");
        var simulator = new IpmiRackSimulator(folder, host);
        if (withConsole)
            await simulator.StartMachineAsync(serialPort);
        using var process = simulator._host.Start(folder.Named("log"), [.. folder.Command, "-n"]);
        await Wait.UntilAsync(async () => (await rack.Network.ExecAsync("ipmiping", "-c", "1", "-t", "1", Address)).Exit == 0,
            "ipmi_sim answers", instead: () => File.ReadAllTextAsync(folder.Named("log")));
        return simulator;
    }

    public string Read(string name) => _folder.Read(name);

    public void Write(string name, string value) => _folder.Write(name, value);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task StartMachineAsync(int serialPort)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Console", "serial_machine.py");
        using var machine = _host.Start(_folder.Named("machine.log"), "/usr/bin/python3", program, $"{serialPort}");
        await Wait.UntilAsync(async () => (await _host.ExecAsync("ss", "-Hltn", $"sport = :{serialPort}")).Output.Length > 0,
            "the machine listens", instead: () => File.ReadAllTextAsync(_folder.Named("machine.log")));
    }
}
