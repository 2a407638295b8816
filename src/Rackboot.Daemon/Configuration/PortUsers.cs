using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Daemon.Configuration;

/// <summary>Whether a port is in use on this host, and by which programs.</summary>
internal static class PortUsers
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    // proc_net(5): state 0A is LISTEN; UDP sockets have 07.
    private const string Listening = "0A";

    /// <summary>A program that holds a port.</summary>
    /// <param name="Program">Its name, as the kernel knows it.</param>
    internal sealed record User(string Program, int Process);

    /// <summary>Whether a program that starts now could not bind the port on the interface <paramref name="device"/>.</summary>
    public static bool IsTaken(ProtocolType protocol, int port, string device) =>
        IsTaken(protocol, new IPEndPoint(IPAddress.Any, port), device);

    /// <summary>Whether a program that starts now could not listen there.</summary>
    public static bool IsTaken(IPEndPoint listen) => IsTaken(ProtocolType.Tcp, listen, null);

    private static bool IsTaken(ProtocolType protocol, IPEndPoint at, string? device)
    {
        using var socket = new Socket(at.AddressFamily, protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram, protocol);
        try
        {
            // A closed TCP connection keeps its port for a minute; only a listener is a conflict.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, protocol == ProtocolType.Tcp);
            if (device is not null)
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            socket.Bind(at);
            return false;
        }
        catch (SocketException e)
        {
            // This user may not bind the port and cannot tell; the daemon may.
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse;
        }
    }

    /// <summary>The programs that hold the port, on any address.</summary>
    /// <param name="proc">The proc file system, <c>/proc</c>.</param>
    public static IReadOnlyList<User> Of(string proc, ProtocolType protocol, int port)
    {
        var name = protocol == ProtocolType.Tcp ? "tcp" : "udp";
        var inodes = Inodes(Path.Combine(proc, "net", name), port, protocol)
            .Concat(Inodes(Path.Combine(proc, "net", name + "6"), port, protocol))
            .Select(inode => $"socket:[{inode}]").ToHashSet();
        return inodes.Count == 0 ? [] : [.. Processes(proc).Where(p => Holds(p.Directory, inodes))
            .Select(p => new User(Text(Path.Combine(p.Directory, "comm")).Trim(), p.Id)).OrderBy(u => u.Process)];
    }

    // proc_net(5): sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
    private static IEnumerable<string> Inodes(string table, int port, ProtocolType protocol)
    {
        foreach (var line in Text(table).Split('\n').Skip(1))
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, var state, _, _, _, _, _, var inode, ..]
                && (protocol != ProtocolType.Tcp || state == Listening)
                && int.TryParse(local.AsSpan(local.LastIndexOf(':') + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var at)
                    && at == port)
                yield return inode;
    }

    private static IEnumerable<(string Directory, int Id)> Processes(string proc)
    {
        foreach (var directory in Directory.EnumerateDirectories(proc))
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                yield return (directory, id);
    }

    // A process that ends meanwhile, or belongs to another user, shows nothing.
    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(file => new FileInfo(file).LinkTarget is { } target && inodes.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
