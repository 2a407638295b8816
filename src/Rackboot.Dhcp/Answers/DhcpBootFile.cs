using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Boot data of an answer. Goes into both the BOOTP fields and the options 66 and 67 (U-Boot and old firmware read only the
/// fields).</summary>
/// <param name="FileName">A TFTP path, or a URL for iPXE and HTTP boot clients.</param>
/// <param name="NextServer">The TFTP server; null means the address that the server answers with.</param>
public sealed record DhcpBootFile(string FileName, IPAddress? NextServer = null);
