using System.Diagnostics;
using System.Net;
using Rackboot.Tests.Shared;

namespace Rackboot.Ipmi.Tests.Real;

/// <summary>
/// OpenIPMI's <c>ipmi_sim</c> on an address of its own, with three users (admin/secret, operator/opsecret, viewer/viewsecret). A hook
/// script keeps what the BMC switches in files: <see cref="Read"/> and <see cref="Write"/> names <c>power</c> (0 or 1) and <c>boot</c>.
/// It ends with the test: its standard input closes with this process, and it stops then.
/// </summary>
internal sealed class IpmiSimulator : IAsyncDisposable
{
    public const string Password = "secret";

    private readonly Process _process;
    private readonly IpmiSimFolder _folder;

    private IpmiSimulator(Process process, IpmiSimFolder folder, IPEndPoint endPoint) =>
        (_process, _folder, EndPoint) = (process, folder, endPoint);

    public IPEndPoint EndPoint { get; }

    /// <summary>What the hook was asked, one line a call: <c>get power</c>, <c>set power 1</c>.</summary>
    public IReadOnlyList<string> HookCalls => File.Exists(Named("calls")) ? File.ReadAllLines(Named("calls")) : [];

    /// <param name="commands">Further lines of its command file (ipmi_sim_cmd(5)): sensors, SDRs, FRU. <c>DIR</c> in them stands for the
    /// simulator's folder.</param>
    /// <param name="hookSeconds">How long the hook takes; the BMC is deaf meanwhile.</param>
    /// <param name="serialPort">A TCP port of this host that is the serial port behind Serial-over-LAN; something must listen there
    /// already.</param>
    /// <param name="files">Files to put into its folder before it starts, by name.</param>
    public static async Task<IpmiSimulator> StartAsync(
        string commands = "", double hookSeconds = 0, int serialPort = 0, IReadOnlyDictionary<string, string>? files = null)
    {
        var directory = Directory.CreateTempSubdirectory("rbsim").FullName;
        var endPoint = Peers.FreeEndPoint();
        foreach (var (name, content) in files ?? new Dictionary<string, string>())
            await File.WriteAllTextAsync(Path.Combine(directory, name), content);
        var folder = await IpmiSimFolder.WriteAsync(directory, endPoint, Password, serialPort, commands, hookSeconds);
        var process = Peers.Start(folder.Command[0], folder.Command[1..]);
        var simulator = new IpmiSimulator(process, folder, endPoint);
        try
        {
            await Peers.AnswersAsync(process, endPoint);
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }

        return simulator;
    }

    public string Named(string name) => _folder.Named(name);

    public string Read(string name) => _folder.Read(name);

    public void Write(string name, string value) => _folder.Write(name, value);

    /// <summary>Gives the running simulator a command (ipmi_sim_cmd(5)), such as <c>sensor_set_value 0x20 0 1 0x50 1</c>.</summary>
    public async Task CommandAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Holds it: nothing is answered until <see cref="Thaw"/>.</summary>
    public void Freeze() => Peers.Signal(_process, "STOP");

    public void Thaw() => Peers.Signal(_process, "CONT");

    public async ValueTask DisposeAsync()
    {
        await Peers.EndAsync(_process);
        Directory.Delete(_folder.Named(""), recursive: true);
    }
}
