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
        0xC1 => "this BMC does not have the command",
        0xC2 => "this BMC does not have the command on this LUN",
        Timeout => "the BMC ran out of time over it",
        0xC4 => "the BMC has no room left",
        ReservationLost => "another client took the reservation",
        0xC6 => "the BMC cut the request off as too long",
        0xC7 => "the BMC expects another length of request",
        TooLong => "the BMC takes no request that long",
        OutOfRange => "a parameter is out of range",
        CannotReturnSoMany => "the BMC cannot return so many bytes at once",
        NotPresent => "there is no such sensor, record or data",
        InvalidField => "the BMC does not accept a value in the request",
        0xCD => "the command does not fit this sensor or record",
        0xCE => "the BMC could give no answer",
        0xCF => "the BMC took it for a repetition",
        SdrInUpdate => "the sensor records are being updated; try again later",
        0xD1 => "the BMC's firmware is being updated; try again later",
        Initializing => "the BMC is starting up; try again in a minute",
        0xD3 => "the part asked for does not answer",
        InsufficientPrivilege => "the user's privilege is too low; use an administrator or raise this user's limit on the LAN channel",
        NotInThisState => "not possible in the machine's present state",
        0xD6 => "this function is switched off on the BMC",
        Unspecified => "the BMC gives no reason",
        >= 0x01 and <= 0x7E => "a reason of the manufacturer's own",
        >= 0x80 and <= 0xBE => "a reason of this command's own",
        _ => "a reserved code",
    };
}
