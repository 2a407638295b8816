namespace Rackboot.Cli.Setup;

/// <summary>Who gives the addresses.</summary>
public enum SetupMode
{
    /// <summary>This appliance.</summary>
    Dhcp,

    /// <summary>Another server; the appliance adds boot data.</summary>
    Proxy,
}
