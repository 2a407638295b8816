using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>A network of 254 loopback addresses that no other test and no other test run uses: Talos's port is always the same, so nodes
/// differ by address. A socket on its last address claims it.</summary>
internal sealed class LoopbackNetwork : IDisposable
{
    private const int MostAttempts = 1000;

    private readonly TcpListener _claim;
    private readonly byte[] _prefix;

    public LoopbackNetwork()
    {
        for (var attempt = 0; ; attempt++)
        {
            _prefix = [127, (byte)RandomNumberGenerator.GetInt32(1, 255), (byte)RandomNumberGenerator.GetInt32(0, 256)];
            _claim = new TcpListener(this[255], 50000) { ExclusiveAddressUse = true };
            try
            {
                _claim.Start();
                return;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < MostAttempts)
            {
                _claim.Dispose();
            }
        }
    }

    public IPAddress this[byte number] => new([.. _prefix, number]);

    public void Dispose() => _claim.Dispose();
}
