using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections.Features;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Api;

/// <summary>The name of the caller.</summary>
internal static class Caller
{
    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>The name as events show it.</summary>
    public static string Of(HttpContext http) => Identity.Of(http).Name;

    /// <summary>Whether the request came over the management socket.</summary>
    public static bool IsOnSocket(HttpContext http) =>
        http.Features.Get<IConnectionSocketFeature>()?.Socket.AddressFamily == System.Net.Sockets.AddressFamily.Unix;

    /// <summary>The name of the Unix user at the other end of the socket (unix(7), SO_PEERCRED), or <c>operator</c> if it is
    /// unknown.</summary>
    public static string OfSocket(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
            return "operator";
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid
        try
        {
            if (socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials) < 12)
                return "operator";
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            return "operator";
        }

        return NameOf(BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]));
    }

    private static string NameOf(uint uid)
    {
        try
        {
            foreach (var line in File.ReadLines("/etc/passwd"))
                if (line.Split(':') is [{ Length: > 0 } name, _, var id, ..]
                    && id == uid.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    return name;
        }
        catch (IOException)
        {
            // The user has no name: use the number.
        }

        return $"uid {uid}";
    }
}
