using System.CommandLine;

namespace Rackboot.Cli.Setup;

/// <summary>The flags of rackboot setup; each stands for a question.</summary>
internal sealed class SetupOptions
{
    public const string DefaultConfiguration = "/etc/rackboot/rackboot.yaml";

    public Option<string?> Interface { get; } = new("--interface", "-i")
    {
        Description = "The interface that the rack is on. It needs an IPv4 address.", HelpName = "NAME",
    };

    public Option<SetupMode?> Mode { get; } = new("--mode")
    {
        Description = "dhcp: this appliance gives the addresses. proxy: another DHCP server does, this one adds boot data.",
        HelpName = "dhcp|proxy",
    };

    public Option<string?> Range { get; } = new("--range")
    {
        Description = "Addresses to give to machines. Default: a hundred of the interface's network.", HelpName = "FIRST-LAST",
    };

    public Option<string?> Router { get; } = new("--router") { Description = "Default gateway of the machines.", HelpName = "ADDRESS" };

    public Option<string[]> Dns { get; } = Addresses("--dns", "DNS servers of the machines.");

    public Option<string[]> Ntp { get; } = Addresses("--ntp", "Time servers of the machines. Talos does not start without the time.");

    public Option<string?> Https { get; } = new("--https")
    {
        Description = "Serve the API on the network too, with TLS, like 0.0.0.0:8443. Without it only users of this host reach it.",
        HelpName = "ADDRESS:PORT",
    };

    public Option<int> Listen { get; } = new("--listen")
    {
        Description = "Seconds to search for other DHCP servers.", DefaultValueFactory = _ => 6, HelpName = "SECONDS",
    };

    public Option<bool> DespiteOther { get; } = new("--despite-other-server")
    {
        Description = "Use mode dhcp even if another server assigns addresses on the interface.",
    };

    public Option<string> Configuration { get; } = new("--config", "-c")
    {
        Description = "The configuration to write.", DefaultValueFactory = _ => DefaultConfiguration, HelpName = "FILE",
    };

    public Option<bool> Force { get; } = new("--force")
    {
        Description = "Replace an edited configuration; keeps it beside the new one.",
    };

    public Option<bool> NoStart { get; } = new("--no-start") { Description = "Do not start the service." };

    public IEnumerable<Option> All =>
        [Interface, Mode, Range, Router, Dns, Ntp, Https, Listen, DespiteOther, Configuration, Force, NoStart];

    private static Option<string[]> Addresses(string name, string says) => new(name)
    {
        Description = says, HelpName = "ADDRESS,…", Arity = ArgumentArity.OneOrMore,
        CustomParser = given => [.. given.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
    };
}
