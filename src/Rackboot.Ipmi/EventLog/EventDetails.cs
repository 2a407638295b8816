namespace Rackboot.Ipmi;

/// <summary>The second data byte of some events (IPMI 2.0 §42.2, table 42-3, sensor types 0Fh and 23h).</summary>
internal static class EventDetails
{
    private static readonly string[] Errors =
    [
        "unspecified", "no memory installed", "no usable memory", "hard disk failed", "system board failed", "diskette failed",
        "hard disk controller failed",
        "keyboard failed", "removable boot medium not found", "video controller failed", "no video device", "firmware ROM damaged",
        "processor voltages do not match",
        "processor speeds do not match",
    ];

    private static readonly string[] Stages =
    [
        "unspecified", "memory set-up", "hard disk set-up", "further processors' set-up", "user authentication", "setup entered by a user",
        "USB configuration",
        "PCI configuration", "option ROMs", "video set-up", "cache set-up", "SMBus set-up", "keyboard controller set-up",
        "management controller set-up",
        "docking station attached", "docking station enabled", "docking station ejected", "docking station disabled",
        "waking the operating system",
        "starting the operating system", "board set-up", "", "diskette set-up", "keyboard test", "pointing device test",
        "first processor's set-up",
    ];

    private static readonly string[] Uses = ["", "firmware's first stage", "firmware", "OS start", "operating system", "OEM"];

    public static string FirmwareError(byte code) => Text(Errors, code);

    public static string FirmwareProgress(byte code) => Text(Stages, code);

    public static string TimerUse(byte code) => (code & 0x0F) < Uses.Length ? Uses[code & 0x0F] : "";

    private static string Text(string[] table, byte code) =>
        code < table.Length && table[code].Length > 0 ? table[code] : $"code {code:X2}h";
}
