using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>What a login ends with.</summary>
/// <param name="ConsoleId">Our number of the session: what the BMC's packets carry.</param>
/// <param name="BmcId">The BMC's number of it: what our packets carry.</param>
/// <param name="Privilege">The highest level that it may work at.</param>
/// <param name="BmcGuid">16 bytes as they came in RAKP message 2; all zero where the BMC has none.</param>
internal sealed record OpenedSession(uint ConsoleId, uint BmcId, IpmiPrivilege Privilege, byte[] BmcGuid, SessionKeys Keys);
