using System.CommandLine;
using Rackboot.Cli.Setup;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot setup</c>.</summary>
public static class SetupCommand
{
    public static Command Create(Session session)
    {
        var options = new SetupOptions();
        var command = new Command("setup",
            """
            Configure the daemon on this host and start it, as root. On a terminal it asks what no flag says: which interface the rack is on,
            who gives the addresses, and which. It looks for other DHCP servers there before it writes anything. The daemon serves
            that one network and no other. A configuration that somebody edited stays, unless you say --force.

            Examples:
              rackboot setup
              rackboot setup --interface eth1 --mode dhcp --range 10.20.0.100-10.20.0.199 --ntp 10.20.0.1
              rackboot setup --interface eth1 --mode proxy
            """);
        foreach (var option in options.All)
            command.Options.Add(option);
        session.Run(command, (result, client, cancel) => new SetupRun(options, result, client).RunAsync(cancel));
        return command;
    }
}
