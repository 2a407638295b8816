using System.CommandLine;
using System.Net;
using Rackboot.Contracts;
using Rackboot.Dhcp;
using Spectre.Console;

namespace Rackboot.Cli.Setup;

/// <summary>One run of rackboot setup: from the interface to a daemon that serves it.</summary>
internal sealed class SetupRun(SetupOptions options, ParseResult given, RackbootClient client)
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);

    private readonly TextWriter _output = given.InvocationConfiguration.Output;
    private readonly TextWriter _error = given.InvocationConfiguration.Error;
    private readonly SetupQuestions? _questions = SetupQuestions.CanAsk ? new SetupQuestions(AnsiConsole.Console) : null;

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var path = given.GetValue(options.Configuration)!;
        var place = new ConfigurationPlace(path);
        if (place.IsEdited && !given.GetValue(options.Force))
            return Refuse(
                ExitCode.Conflict, $"{path} was edited and is unchanged. To replace it, with a copy beside the new one: --force");
        var (link, network, wrong) = Link();
        if (link is null)
            return wrong;

        var servers = await SearchAsync(link.Name, cancel);
        if (!TryChooseMode(link, servers, out var mode, out var refused))
            return refused;
        var plan = Plan(link, network, mode);
        var (written, says, old) = await place.WriteAsync(plan.Write(), keepOld: place.IsEdited, cancel);
        _error.Write(says);
        if (!written)
            return Refuse(ExitCode.Usage, $"the configuration has errors, so {path} stays as it was");
        if (old is not null)
            _output.WriteLine($"The old configuration is kept as {old}.");
        _output.WriteLine($"{path} serves {network} on {link.Name} and nothing else:");
        _output.WriteLine($"mode {mode.ToString().ToLowerInvariant()}{(plan.Range is null ? "" : $", addresses {plan.Range}")}");
        return await StartAsync(path, plan.Https, cancel);
    }

    private (HostLink? Link, IPNetwork Network, int Exit) Link()
    {
        var links = HostLink.All();
        var name = given.GetValue(options.Interface) ?? (links.Count > 0 ? _questions?.Interface(links) : null);
        if (name is null)
            return (null, default, Refuse(ExitCode.Usage, links.Count == 0 ? "this host has no network interface that a rack could be on"
                : $"say which interface the rack is on: --interface NAME; there are {string.Join(", ", links)}"));
        if (links.FirstOrDefault(l => l.Name == name) is not { } link)
            return (null, default, Refuse(ExitCode.Usage, $"this host has no network interface {name}; it has {string.Join(", ", links)}"));
        if (link.Addresses.Count == 0)
            return (null, default, Refuse(ExitCode.Usage, $"{name} has no IPv4 address, and machines boot from it. Give it one, like: "
                + $"ip address add 10.20.0.1/24 dev {name} (docs/first-rack.md shows how to keep it)"));
        return (link, link.Addresses[0].Network, ExitCode.Ok);
    }

    private async Task<IReadOnlyList<FoundServer>> SearchAsync(string on, CancellationToken cancel)
    {
        var patience = TimeSpan.FromSeconds(given.GetValue(options.Listen));
        _output.WriteLine($"Asking for DHCP servers on {on}, {patience.TotalSeconds:0} s ...");
        var servers = await ServerSearch.RunAsync(on, patience, TimeProvider.System, cancel);
        foreach (var server in servers)
            _output.WriteLine($"  {server.Address} {(server.Offered is null ? "gives boot data and no addresses" : "gives addresses")}"
                + (server.BootFile is null ? "" : $", boot file {server.BootFile}"));
        if (servers.Count == 0)
            _output.WriteLine("  none answers");
        return servers;
    }

    private bool TryChooseMode(HostLink link, IReadOnlyList<FoundServer> servers, out SetupMode mode, out int refused)
    {
        var giver = servers.FirstOrDefault(s => s.Offered is not null);
        var chosen = given.GetValue(options.Mode) ?? _questions?.Mode(servers);
        (mode, refused) = (chosen ?? default, ExitCode.Ok);
        if (chosen is null)
            refused = Refuse(ExitCode.Usage, giver is null
                ? "say who gives the addresses: --mode dhcp for this appliance, --mode proxy for another server"
                : $"{giver.Address} gives addresses on {link.Name}; to let it: --mode proxy");
        else if (mode == SetupMode.Proxy && given.GetValue(options.Range) is not null)
            refused = Refuse(ExitCode.Usage, "in mode proxy the other server gives the addresses; leave --range out");
        else if (mode == SetupMode.Dhcp && giver is not null && !given.GetValue(options.DespiteOther)
            && _questions?.Despite(giver) != true)
            refused = Refuse(ExitCode.Conflict, $"{giver.Address} gives addresses on {link.Name}, and two servers break each other's "
                + "machines. Nothing was changed. Let it: --mode proxy. Or stop it and try again. Or, if both are to "
                + "answer: --despite-other-server");
        else
            Warn(link, servers, mode == SetupMode.Proxy && giver is null);
        return refused == ExitCode.Ok;
    }

    private void Warn(HostLink link, IReadOnlyList<FoundServer> servers, bool lacksServer)
    {
        if (lacksServer)
            _error.WriteLine($"warning: no DHCP server gives addresses on {link.Name}, so machines get none; if none is to come: --mode "
                + "dhcp");
        foreach (var other in servers.Where(s => s.BootFile is not null))
            _error.WriteLine($"warning: {other.Address} names the boot file {other.BootFile}; machines may boot that. Take it out of that "
                + "server");
    }

    private SetupPlan Plan(HostLink link, IPNetwork network, SetupMode mode)
    {
        var suggested = Ipv4.Range(network, link.Addresses.Select(a => a.Address));
        return new SetupPlan
        {
            Interface = link.Name,
            Network = network.ToString(),
            Mode = mode,
            Range = mode == SetupMode.Proxy ? null
                : given.GetValue(options.Range) ?? (_questions is null ? suggested : _questions.Range(network, suggested)),
            Router = given.GetValue(options.Router),
            Dns = given.GetValue(options.Dns) ?? [],
            Ntp = given.GetValue(options.Ntp) is { Length: > 0 } servers ? servers
                : mode == SetupMode.Proxy || _questions is null ? [] : _questions.Ntp(),
            Https = given.GetValue(options.Https) ?? _questions?.Https(),
        };
    }

    private async Task<int> StartAsync(string path, string? https, CancellationToken cancel)
    {
        var byService = Service.HasSystemd && path == SetupOptions.DefaultConfiguration;
        if (given.GetValue(options.NoStart) || !byService)
            _output.WriteLine($"Start it: {(byService ? "systemctl enable --now rackbootd" : $"rackbootd --config {path}")}"
                + (https is null ? "" : "\nThe fingerprint of its certificate, once it runs: rackboot certificate"));
        else if (await Service.StartAsync(client, StartWithin, cancel) is { } failure)
            return Refuse(ExitCode.Failed, failure);
        else
            await SayServedAsync(https, cancel);
        _output.WriteLine(
            """

            Next:
              rackboot doctor               is all well on this host
              rackboot watch                switch on a machine of the rack, see it appear
              rackboot fields machine       how to describe it; then: rackboot apply -f FILE
            """);
        if (https is not null)
            _output.WriteLine("  rackboot token create NAME    a login for the API (docs/access.md)");
        return ExitCode.Ok;
    }

    private async Task SayServedAsync(string? https, CancellationToken cancel)
    {
        _output.WriteLine("rackbootd serves, now and after every start of this host.");
        if (https is null)
            return;
        var certificate = await client.GetCertificateAsync(cancel);
        _output.WriteLine($"The API listens on {certificate.Listen}. Compare the fingerprint that rackboot login shows:");
        _output.WriteLine(certificate.Fingerprint);
    }

    private int Refuse(int exit, string reason)
    {
        _error.WriteLine($"rackboot: {reason}");
        return exit;
    }
}
