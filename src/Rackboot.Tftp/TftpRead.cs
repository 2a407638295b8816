using System.Net;

namespace Rackboot.Tftp;

/// <summary>A read request.</summary>
/// <param name="FileName">The name asked for.</param>
/// <param name="Client">Where the client asks from.</param>
/// <param name="ServerAddress">The address that the client asked at; <see cref="IPAddress.Any"/> where the socket does not say.</param>
public sealed record TftpRead(string FileName, IPEndPoint Client, IPAddress ServerAddress);
