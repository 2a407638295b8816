using System.Net;
using Rackboot.Dhcp;
using Spectre.Console;

namespace Rackboot.Cli.Setup;

/// <summary>Asks on the terminal what no flag says. Answers are typed, so that they can be given on a serial console too.</summary>
internal sealed class SetupQuestions(IAnsiConsole console)
{
    /// <summary>Whether somebody can answer.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    public string Interface(IReadOnlyList<HostLink> links)
    {
        foreach (var link in links)
            console.WriteLine($"  {link}");
        return console.Prompt(new TextPrompt<string>("Which interface is the rack on?").AddChoices(links.Select(l => l.Name))
            .DefaultValue(links[0].Name));
    }

    public SetupMode Mode(IReadOnlyList<FoundServer> servers) =>
        console.Prompt(new TextPrompt<string>("Who gives the addresses: this appliance (dhcp), or the other server (proxy)?")
            .AddChoices(["dhcp", "proxy"]).DefaultValue(servers.Any(s => s.Offered is not null) ? "proxy" : "dhcp")) == "proxy"
            ? SetupMode.Proxy : SetupMode.Dhcp;

    public bool Despite(FoundServer other) =>
        console.Prompt(new ConfirmationPrompt($"{other.Address} gives addresses there already. Two servers break each other's machines. "
            + "Use dhcp all the same?") { DefaultValue = false });

    public string Range(IPNetwork network, string? suggested)
    {
        var prompt = new TextPrompt<string>($"Which addresses of {network} may machines get?");
        return console.Prompt(suggested is null ? prompt : prompt.DefaultValue(suggested));
    }

    public string? Https() => console.Prompt(new TextPrompt<string>(
            "Where on the network does the API listen, with TLS? (like 0.0.0.0:8443; empty: nowhere, only users of this host reach it)")
        .AllowEmpty()) is { Length: > 0 } listen ? listen : null;

    public IReadOnlyList<string> Ntp() => console.Prompt(
            new TextPrompt<string>("Which time server reaches the rack? (Talos does not start without the time; empty: none)").AllowEmpty())
        .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
}
