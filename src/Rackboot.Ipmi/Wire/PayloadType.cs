namespace Rackboot.Ipmi.Wire;

/// <summary>RMCP+ payload types (IPMI 2.0 §13.27.3, table 13-16).</summary>
internal enum PayloadType : byte
{
    Message = 0x00,
    SerialOverLan = 0x01,
    OemExplicit = 0x02,
    OpenSessionRequest = 0x10,
    OpenSessionResponse = 0x11,
    Rakp1 = 0x12,
    Rakp2 = 0x13,
    Rakp3 = 0x14,
    Rakp4 = 0x15,
}
