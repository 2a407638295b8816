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

    public SetupMode Mode(IReadOnlyList<FoundServer> servers)
    {
        console.WriteLine("Who assigns addresses? dhcp: this appliance. proxy: another server.");
        return console.Prompt(new TextPrompt<string>("Mode?").AddChoices(["dhcp", "proxy"])
            .DefaultValue(servers.Any(s => s.Offered is not null) ? "proxy" : "dhcp")) == "proxy" ? SetupMode.Proxy : SetupMode.Dhcp;
    }

    public bool Despite(FoundServer other) =>
        console.Prompt(new ConfirmationPrompt($"{other.Address} gives addresses there already. Two servers break each other's machines. "
            + "Use dhcp all the same?") { DefaultValue = false });

    public string Range(IPNetwork network, string? suggested)
    {
        var prompt = new TextPrompt<string>(suggested is null ? $"Addresses for machines, of {network}?" : "Addresses for machines?");
        return console.Prompt(suggested is null ? prompt : prompt.DefaultValue(suggested));
    }

    public string? Https() =>
        console.Prompt(new TextPrompt<string>("API on the network with TLS, like 0.0.0.0:8443? (empty: none)").AllowEmpty())
            is { Length: > 0 } listen ? listen : null;

    public IReadOnlyList<string> Ntp() => console.Prompt(
            new TextPrompt<string>("Time server of the rack? (Talos needs one; empty: none)").AllowEmpty())
        .Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
}
