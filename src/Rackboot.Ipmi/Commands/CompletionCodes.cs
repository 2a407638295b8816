namespace Rackboot.Ipmi.Commands;

/// <summary>The completion codes that every command may answer with (IPMI 2.0 §5.2, table 5-2).</summary>
internal static class CompletionCodes
{
    public const byte NodeBusy = 0xC0;
    public const byte Timeout = 0xC3;
    public const byte ReservationLost = 0xC5;
    public const byte TooLong = 0xC8;
    public const byte OutOfRange = 0xC9;
    public const byte CannotReturnSoMany = 0xCA;
    public const byte NotPresent = 0xCB;
    public const byte InvalidField = 0xCC;
    public const byte SdrInUpdate = 0xD0;
    public const byte Initializing = 0xD2;
    public const byte InsufficientPrivilege = 0xD4;
    public const byte NotInThisState = 0xD5;
    public const byte Unspecified = 0xFF;

    public static string Describe(byte code) => code switch
    {
        NodeBusy => "the BMC is busy; try again in a few seconds",
        0xC1 => "this BMC does not support the command",
        0xC2 => "this BMC does not support the command on this LUN",
        Timeout => "the BMC timed out",
        0xC4 => "the BMC is out of space",
        ReservationLost => "another client cancelled the reservation",
        0xC6 => "the BMC truncated the request as too long",
        0xC7 => "the request has the wrong length for the BMC",
        TooLong => "the request is too long for the BMC",
        OutOfRange => "a parameter is out of range",
        CannotReturnSoMany => "the BMC cannot return so many bytes at once",
        NotPresent => "there is no such sensor, record or data",
        InvalidField => "the BMC does not accept a value in the request",
        0xCD => "the command is not valid for this sensor or record",
        0xCE => "the BMC could not provide an answer",
        0xCF => "the BMC treated it as a duplicate",
        SdrInUpdate => "the sensor records are being updated; try again later",
        0xD1 => "the BMC's firmware is being updated; try again later",
        Initializing => "the BMC is starting up; try again in a minute",
        0xD3 => "the requested device does not answer",
        InsufficientPrivilege => "the user's privilege is too low; use an administrator or raise this user's limit on the LAN channel",
        NotInThisState => "not possible in the machine's present state",
        0xD6 => "this function is disabled on the BMC",
        Unspecified => "the BMC gives no reason",
        >= 0x01 and <= 0x7E => "an OEM completion code",
        >= 0x80 and <= 0xBE => "a command-specific completion code",
        _ => "a reserved code",
    };
}
