namespace Rackboot.Ipmi;

/// <summary>Makers of servers by their IANA enterprise number, as in ipmitool's include/ipmitool/ipmi.h and
/// bougou/go-ipmi's pkg/types/oem.go.</summary>
internal static class Makers
{
    public const int Supermicro = 10876;
    public const int SupermicroSecond = 47488;

    public static string? Name(int enterprise) => enterprise switch
    {
        2 or 4769 or 20301 => "IBM",
        11 => "HPE",
        42 => "Oracle",
        107 => "Bull",
        119 => "NEC",
        343 => "Intel",
        674 => "Dell",
        2011 => "Huawei",
        4413 => "Broadcom",
        6653 => "Tyan",
        7244 => "Quanta",
        10368 => "Fujitsu",
        Supermicro or SupermicroSecond => "Supermicro",
        11129 => "Google",
        15000 => "Kontron",
        20974 => "AMI",
        37945 => "Inspur",
        49769 => "Yadro",
        _ => null,
    };
}
