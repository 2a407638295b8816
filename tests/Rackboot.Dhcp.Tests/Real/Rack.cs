using System.Diagnostics;
using System.Text;

namespace Rackboot.Dhcp.Tests.Real;

/// <summary>Network namespaces of this test alone: <c>s</c> with the server at 10.99.0.1 on interface s0, and <c>c</c> with clients on
/// c0.</summary>
internal sealed class Rack : IDisposable
{
    private static int s_count;

    private readonly string _prefix = $"rb-dhcp-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}-";
    private readonly List<string> _namespaces = [];
    private readonly List<Process> _running = [];

    public Rack(params string[] tools)
    {
        Assert.SkipWhen(!Environment.IsPrivilegedProcess, "needs root, for network namespaces");
        foreach (var tool in tools.Prepend("ip"))
            Assert.SkipWhen(Find(tool) is null, $"{tool} is not installed");
        Directory = System.IO.Directory.CreateTempSubdirectory("rackboot-dhcp-").FullName;
        AddNamespace("s");
        AddNamespace("c");
        Connect("s", "s0", "c", "c0");
        Ip("s", "address add 10.99.0.1/24 dev s0");
        Ip("c", $"link set c0 address {ClientPacket.Mac1}");
    }

    /// <summary>For files of the test; removed with it.</summary>
    public string Directory { get; }

    /// <summary>What the server said.</summary>
    public StringBuilder ServerOutput { get; } = new();

    public string ServerText
    {
        get
        {
            lock (ServerOutput)
                return ServerOutput.ToString();
        }
    }

    public void AddNamespace(string name)
    {
        Run("ip", "netns", "add", _prefix + name);
        _namespaces.Add(_prefix + name);
        Ip(name, "link set lo up");
    }

    public void Connect(string name1, string interface1, string name2, string interface2)
    {
        Run("ip", ["-n", _prefix + name1, "link", "add", interface1, "type", "veth", "peer", "name", interface2, "netns", _prefix + name2]);
        Ip(name1, $"link set {interface1} up");
        Ip(name2, $"link set {interface2} up");
    }

    public void Ip(string name, string command) => Run("ip", ["-n", _prefix + name, .. command.Split(' ')]);

    /// <summary>Starts the server and waits until it is ready.</summary>
    public Process Serve(string subnet = "10.99.0.0/24=Dhcp=10.99.0.100-10.99.0.199", string interfaces = "s0", string leases = "-",
        ConflictProbe probe = ConflictProbe.Off, int leaseSeconds = 3600)
    {
        var process = Start("s", Environment.ProcessPath!,
            [.. ThisProgram, "serve", interfaces, leases, probe.ToString(), $"{leaseSeconds}", .. subnet.Split(' ')], ServerOutput);
        WaitFor("ready");
        return process;
    }

    /// <summary>Asks as a PXE ROM does, from namespace c.</summary>
    public string Ask(string to, int port, string type) =>
        In("c", Environment.ProcessPath!, [.. ThisProgram, "ask", to, $"{port}", type]).Output;

    /// <summary>Waits until the server has said <paramref name="text"/>.</summary>
    public void WaitFor(string text, int seconds = 20)
    {
        var until = Stopwatch.StartNew();
        while (!ServerText.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(until.Elapsed < TimeSpan.FromSeconds(seconds), $"the server did not say \"{text}\":\n{ServerText}");
            Thread.Sleep(20);
        }
    }

    /// <summary>Runs a program in a namespace to its end.</summary>
    public (int ExitCode, string Output) In(string name, string program, params string[] arguments) =>
        InWithin(30, name, program, arguments);

    public (int ExitCode, string Output) InWithin(int seconds, string name, string program, params string[] arguments)
    {
        var output = new StringBuilder();
        var process = Start(name, program, arguments, output);
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {seconds} s:\n{output}\n{ServerText}");
        }

        process.WaitForExit();
        lock (output)
            return (process.ExitCode, output.ToString());
    }

    public Process Start(string name, string program, string[] arguments, StringBuilder output)
    {
        var start = new ProcessStartInfo("ip", ["netns", "exec", _prefix + name, program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _running.Add(process);
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
    }

    public void Dispose()
    {
        foreach (var process in _running)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        foreach (var name in _namespaces)
        {
            // Clients that went to the background live in the namespace; nothing else does.
            foreach (var pid in Run("ip", "netns", "pids", name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Run("kill", "-9", pid);
            Run("ip", "netns", "delete", name);
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    // The program is either this project's own host, or dotnet with the assembly as its first argument.
    private static string[] ThisProgram =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Rack).Assembly.Location] : [];

    private static string? Find(string tool) =>
        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".Split(':').Select(d => Path.Combine(d, tool))
            .FirstOrDefault(File.Exists);

    private static string Run(string program, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 || program == "kill"
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }
}
